import test from 'ava';
import { type Errand, Errands } from '../../src/session/errands.js';
import { type Clock, systemClock } from '../../src/watch/batch.js';

/** Errands that are done when they are told to be. */
function held() {
  const done: Errand[] = [];
  const waiting: (() => void)[] = [];
  const run = (errand: Errand) => {
    done.push(errand);
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  const errands = new Errands({ run, onFault: () => {}, clock: systemClock });
  return { errands, done, finish: () => waiting.shift()?.() };
}

test('what is asked for during an errand is one errand after it', async (t) => {
  const { errands, done, finish } = held();
  const first = errands.ask({ reload: true });
  void errands.ask({ look: true });
  void errands.ask({ rebuild: new Map([['web', 'one']]) });
  const last = errands.ask({ reload: true, rebuild: new Map([['api', 'two']]) });
  t.is(done.length, 1);
  finish();
  await new Promise(setImmediate);
  t.is(done.length, 2);
  t.like(done[1], { reload: true, look: true, revive: false });
  t.deepEqual(
    [...(done[1]?.rebuild ?? [])],
    [
      ['web', 'one'],
      ['api', 'two'],
    ],
  );
  finish();
  await Promise.all([first, last]);
});

test('after the close nothing is begun', async (t) => {
  const { errands, done, finish } = held();
  void errands.ask({ look: true });
  void errands.ask({ look: true });
  const closed = errands.close();
  finish();
  await closed;
  await errands.ask({ look: true });
  t.is(done.length, 1);
});

/** A clock that is turned by hand, and errands that fail while `fails` says so. */
function failing() {
  const state = { fails: true };
  const timers: { ms: number; callback: () => void }[] = [];
  const clock: Clock = {
    now: () => 0,
    after: (ms, callback) => {
      const timer = { ms, callback };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  };
  const done: Errand[] = [];
  const faults: string[] = [];
  const run = async (errand: Errand): Promise<void> => {
    done.push(errand);
    if (state.fails) throw new Error('no space left');
  };
  const errands = new Errands({ run, onFault: (error) => faults.push(String(error)), clock });
  const turn = async () => {
    timers.shift()?.callback();
    await new Promise(setImmediate);
  };
  return { errands, state, timers, done, faults, turn };
}

test('an errand that fails is tried again, later each time, until it is done', async (t) => {
  const { errands, state, timers, done, faults, turn } = failing();
  await errands.ask({ reload: true, rebuild: new Map([['web', 'its Dockerfile changed']]) });
  for (const ms of [1000, 2000, 4000]) {
    t.deepEqual(
      timers.map((timer) => timer.ms),
      [ms],
    );
    await turn();
  }
  state.fails = false;
  await turn();
  t.is(timers.length, 0);
  t.is(faults.length, 4);
  t.is(done.length, 5);
  for (const errand of done) t.deepEqual([...errand.rebuild], [['web', 'its Dockerfile changed']]);
});

test('a save tries again at once, and what comes later is done after it', async (t) => {
  const { errands, state, timers, done } = failing();
  await errands.tryAgain();
  t.is(done.length, 0, 'nothing has failed');
  await errands.ask({ reload: true });
  state.fails = false;
  await Promise.all([errands.tryAgain(), errands.ask({ look: true })]);
  t.like(done[1], { reload: true, look: false });
  t.like(done[2], { reload: false, look: true });
  t.is(timers.length, 0);
  const { length } = done;
  await errands.tryAgain();
  t.is(done.length, length);
});

test('what has failed is not tried again after the close', async (t) => {
  const { errands, timers, done } = failing();
  await errands.ask({ look: true });
  await errands.close();
  t.is(timers.length, 0);
  await errands.tryAgain();
  t.is(done.length, 1);
});
