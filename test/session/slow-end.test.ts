import test from 'ava';
import { Cleanup } from '../../src/session/cleanup.js';
import { slowEnd, tellSlowEnd } from '../../src/session/slow-end.js';
import { Waits } from '../../src/session/waits.js';

test('What an end waits for is told while it waits, once, and not when it has ended', async (t) => {
  const waits = new Waits();
  const cleanup = new Cleanup(waits);
  const abort = new AbortController();
  const told: string[] = [];
  let release = (): void => {};
  const settled = tellSlowEnd(abort.signal, () => {
    told.push(slowEnd(waits.latest).message);
    release();
  });
  cleanup.add('the lock to be released', async () => {});
  cleanup.add('the containers to stop', () => new Promise<void>((resolve) => (release = resolve)));
  abort.abort();
  t.deepEqual(await cleanup.run(), []);
  settled();
  t.deepEqual(told, ['Waiting for the containers to stop.']);
  t.is(waits.latest, undefined);
});

test('A step of a cleanup that fails holds no other one', async (t) => {
  const done: string[] = [];
  const cleanup = new Cleanup(new Waits());
  cleanup.add('first', async () => done.push('first'));
  cleanup.add('second', async () => Promise.reject(new Error('no')));
  cleanup.add('third', async () => done.push('third'));
  t.deepEqual((await cleanup.run()).map(String), ['Error: no']);
  t.deepEqual(done, ['third', 'first']);
});
