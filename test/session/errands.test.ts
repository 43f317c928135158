import test from 'ava';
import { type Errand, Errands } from '../../src/session/errands.js';

/** Errands that are done when they are told to be. */
function held() {
  const done: Errand[] = [];
  const waiting: (() => void)[] = [];
  const errands = new Errands((errand) => {
    done.push(errand);
    return new Promise((resolve) => waiting.push(resolve));
  });
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
