import test from 'ava';
import { Batch, type Clock, systemClock } from '../../src/watch/batch.js';

/** A clock that stands still until it is turned. */
class HandClock implements Clock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  turn(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = next.at;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.callback();
    }
    this.#now = end;
  }

  get waiting(): number {
    return this.#timers.length;
  }
}

function batchOf(quiet: number, cap: number) {
  const clock = new HandClock();
  const flushed: string[] = [];
  const batch = new Batch(clock, { quiet, cap }, (paths) => flushed.push(`${clock.now()}: ${[...paths].join(' ')}`));
  return { clock, flushed, batch };
}

test('paths are handed over together when it has been quiet', (t) => {
  const { clock, flushed, batch } = batchOf(10, 100);
  batch.add('a');
  clock.turn(9);
  batch.add('b');
  batch.add('a');
  clock.turn(9);
  t.deepEqual(flushed, []);
  clock.turn(1);
  t.deepEqual(flushed, ['19: a b']);
});

test('a stream of paths is handed over when the cap is reached, again and again', (t) => {
  const { clock, flushed, batch } = batchOf(10, 25);
  for (let i = 0; i < 8; i++) {
    batch.add(`${i}`);
    clock.turn(8);
  }
  t.deepEqual(flushed, ['25: 0 1 2 3', '57: 4 5 6 7']);
});

test('what comes after a hand-over starts a new set', (t) => {
  const { clock, flushed, batch } = batchOf(10, 100);
  batch.add('a');
  clock.turn(500);
  batch.add('a');
  clock.turn(10);
  t.deepEqual(flushed, ['10: a', '510: a']);
});

test('a closed batch drops what it has', (t) => {
  const { clock, flushed, batch } = batchOf(10, 100);
  batch.add('a');
  batch.close();
  t.is(clock.waiting, 0);
  clock.turn(1000);
  t.deepEqual(flushed, []);
});

test('the clock of the system calls back once unless it is told not to', async (t) => {
  const before = systemClock.now();
  const called: string[] = [];
  systemClock.after(1, () => called.push('cancelled'))();
  await new Promise<void>((resolve) => systemClock.after(5, resolve));
  t.deepEqual(called, []);
  t.true(systemClock.now() > before);
});

test('the more has come, the longer it is waited for more, up to a limit', (t) => {
  for (const [paths, wait] of [
    [1, 10],
    [100, 10],
    [200, 20],
    [1000, 40],
  ] as const) {
    const { clock, flushed, batch } = batchOf(10, 1000);
    for (let i = 0; i < paths; i++) batch.add(`${i}`);
    clock.turn(wait - 1);
    t.deepEqual(flushed, [], `${paths} paths`);
    clock.turn(1);
    t.is(flushed.length, 1, `${paths} paths`);
  }
});

test('a burst that goes on after a moment is still a burst', (t) => {
  const { clock, flushed, batch } = batchOf(10, 200);
  for (let i = 0; i < 400; i++) batch.add(`${i}`);
  clock.turn(40);
  t.is(flushed.length, 1);
  clock.turn(30);
  batch.add('more');
  clock.turn(39);
  t.is(flushed.length, 1);
  clock.turn(1);
  t.deepEqual(flushed.slice(1), ['110: more']);
  clock.turn(40);
  batch.add('one');
  clock.turn(10);
  t.deepEqual(flushed.slice(2), ['160: one']);
});
