import test from 'ava';
import { betterStart } from '../../src/plan/begin-again.js';
import type { StaleStage } from '../../src/plan/plan.js';

/** A stage whose odd steps are RUN, stale from a step on. */
const stale = (stage: number, from: number) =>
  ({
    input: { stage: { index: stage, steps: ['copy', 'run', 'copy', 'run'].map((kind, index) => ({ kind, index })) } },
    from,
    cause: { kind: 'dirty' },
  }) as unknown as StaleStage;

const isBetterAsBuilt = (now: readonly StaleStage[], asBuilt: readonly StaleStage[], times: ReturnType<typeof took>) =>
  betterStart(now, [asBuilt], times) === 0;

const took = (times: Record<string, number>) => (stage: number, step: number) => times[`${stage}.${step}`];

test('an edit that was taken back spares the commands that only it made stale', (t) => {
  const times = took({ '0.1': 60_000, '0.3': 100 });
  t.true(isBetterAsBuilt([stale(0, 0)], [stale(0, 2)], times));
  t.true(isBetterAsBuilt([stale(0, 0)], [], times));
});

test('commands that take no time are run again', (t) => {
  t.false(isBetterAsBuilt([stale(0, 0)], [], took({ '0.1': 10, '0.3': 20 })));
});

test('a command that never came to its end is taken for a long one', (t) => {
  t.true(isBetterAsBuilt([stale(0, 0)], [stale(0, 2)], took({})));
});

test('what would have to be replayed instead counts against it', (t) => {
  const times = took({ '0.1': 3000, '0.3': 0, '1.1': 2500, '1.3': 0 });
  t.false(isBetterAsBuilt([stale(0, 0)], [stale(1, 0)], times));
  t.true(isBetterAsBuilt([stale(0, 0)], [stale(1, 0)], took({ '0.1': 3000, '0.3': 0, '1.1': 500, '1.3': 0 })));
});

test('with the same to do nothing begins again', (t) => {
  t.false(isBetterAsBuilt([stale(0, 0)], [stale(0, 0)], took({})));
  t.false(isBetterAsBuilt([], [stale(0, 0)], took({})));
});

test('of several states the one that spares most is the best start', (t) => {
  const times = took({ '0.1': 2000, '0.3': 3000 });
  t.is(betterStart([stale(0, 0)], [[stale(0, 0)], [stale(0, 2)], []], times), 2);
  t.is(betterStart([stale(0, 0)], [], times), undefined);
});
