import test from 'ava';
import { PhaseClock } from '../../src/engine/phase-clock.js';

/** A clock that is set by hand, and pieces of work that go on until they are ended. */
function handClock(arrival?: ConstructorParameters<typeof PhaseClock>[1]) {
  const at = { now: 100 };
  const clock = new PhaseClock(() => at.now, arrival);
  const work = (phase: Parameters<PhaseClock['during']>[0]) => {
    let end = () => {};
    const done = clock.during(
      phase,
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    return async () => {
      end();
      await done;
    };
  };
  return { at, clock, work };
}

const nothing = { event: 0, quiet: 0, look: 0, wait: 0, plan: 0, copy: 0, run: 0, restart: 0 };

test('the phases of a push add up to the time since the first file event', async (t) => {
  const { at, clock, work } = handClock({ first: 40, last: 50, quiet: 65, looked: 70 });
  const planned = work('plan');
  at.now = 103;
  await planned();
  const copied = work('copy');
  at.now = 110.04;
  await copied();
  const restarted = work('restart');
  at.now = 150.04;
  await restarted();
  const phases = clock.read();
  t.deepEqual(phases, { event: 10, quiet: 15, look: 5, wait: 30, plan: 3, copy: 7, run: 0, restart: 40 });
  t.is(
    Object.values(phases).reduce((sum, ms) => sum + ms, 0),
    110,
  );
});

test('a moment counts for the earliest phase that one of the containers is in', async (t) => {
  const { at, clock, work } = handClock();
  const first = work('copy');
  at.now = 105;
  const second = work('run');
  at.now = 109;
  await first();
  at.now = 112;
  await second();
  t.deepEqual(clock.read(), { ...nothing, copy: 9, run: 3 });
});

test('time between two pieces of work counts for the one before', async (t) => {
  const { at, clock, work } = handClock();
  await work('copy')();
  at.now = 102;
  await work('restart')();
  t.deepEqual(clock.read(), { ...nothing, copy: 2 });
});

test('work that fails is over as well', async (t) => {
  const { at, clock } = handClock();
  await t.throwsAsync(clock.during('copy', () => Promise.reject(new Error('no'))));
  await clock.during('run', async () => {
    at.now = 101;
  });
  t.is(clock.read().run, 1);
});
