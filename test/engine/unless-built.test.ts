import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import type { RunStep } from '../../src/dockerfile/model.js';
import { RunningSteps } from '../../src/engine/running-steps.js';
import { unlessBuilt } from '../../src/engine/unless-built.js';

const step = { index: 0 } as RunStep;
const during = <Result>({ steps }: { steps: RunningSteps }, work: () => Promise<Result>) => steps.during(0, step, work);

/** A step that goes on until it is ended. */
const lasting = (given: { signal: AbortSignal; steps: RunningSteps }) =>
  during(given, () => setTimeout(60_000, 'done', { signal: given.signal })).catch(() => 'broken off');

function contextOf(hasBuilt: ((signal: AbortSignal) => Promise<boolean>) | undefined) {
  const [next, now] = [new AbortController(), new AbortController()];
  return { next, context: { hasBuilt, signal: next.signal, stepSignal: now.signal, steps: new RunningSteps() } };
}

test('a push whose steps were built before is broken off', async (t) => {
  const { context } = contextOf(async () => true);
  t.deepEqual(await unlessBuilt(context, lasting, 0), { result: 'broken off', built: true });
});

test('one that nobody has built, or nobody can tell of, goes on', async (t) => {
  for (const hasBuilt of [
    async () => false,
    async () => {
      throw new Error('no builder');
    },
  ]) {
    const { context } = contextOf(hasBuilt);
    const asked: Promise<unknown>[] = [];
    const work = (given: { signal: AbortSignal; steps: RunningSteps }) =>
      during(given, async () => {
        while (asked.length === 0) await setTimeout(1);
        await Promise.allSettled(asked);
        await setTimeout(5);
        return given.signal.aborted;
      });
    const counted = {
      ...context,
      hasBuilt: () => asked[asked.push(hasBuilt()) - 1] as Promise<boolean>,
    };
    t.deepEqual(await unlessBuilt(counted, work, 0), { result: false, built: false });
  }
});

test('short steps ask nobody, and a push that is over ends the question', async (t) => {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let asked = 0;
  const hasBuilt = (signal: AbortSignal) => {
    asked++;
    return setTimeout(60_000, true, { signal }).finally(end);
  };
  const short = contextOf(hasBuilt);
  const often = async (given: { steps: RunningSteps }) => {
    for (let at = 0; at < 3; at++) await during(given, () => setTimeout(20));
    return 'done';
  };
  t.deepEqual(await unlessBuilt(short.context, often, 50), { result: 'done', built: false });
  t.is(asked, 0);
  const long = contextOf(hasBuilt);
  const once = (given: { steps: RunningSteps }) =>
    during(given, async () => {
      while (asked === 0) await setTimeout(1);
      return 'done';
    });
  t.deepEqual(await unlessBuilt(long.context, once, 0), { result: 'done', built: false });
  t.is(asked, 1);
  await ended;
});

test('a push that is taken over is not built for', async (t) => {
  const { next, context } = contextOf(async () => {
    next.abort();
    return true;
  });
  t.deepEqual(await unlessBuilt(context, lasting, 0), { result: 'broken off', built: false });
});

test('without a builder a push is carried out as it is', async (t) => {
  const { context } = contextOf(undefined);
  t.deepEqual(await unlessBuilt(context, async (given) => given === context, 0), { result: true, built: false });
});
