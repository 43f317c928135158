import test from 'ava';
import { PushLoop } from '../../src/session/push-loop.js';

/** A file that changes a moment after each push; every push takes its time. */
function loopOf(loop: PushLoop, times: number, paths: readonly string[], start = 0): { found: string[]; now: number } {
  const found: string[] = [];
  let now = start;
  for (let i = 0; i < times; i++) {
    const verdict = loop.judge(paths, now);
    if (verdict.found !== undefined) found.push(verdict.found);
    now += verdict.isLoop ? loop.pause(now) : 0;
    now += 5_000;
    loop.pushed(now);
    now += 200;
  }
  return { found, now };
}

test('a file that changes after every push is found once, and its pauses get longer', (t) => {
  const loop = new PushLoop();
  const { found, now } = loopOf(loop, 30, ['app.log']);
  t.deepEqual(found, ['app.log']);
  t.true(loop.judge(['app.log'], now).isLoop);
  t.is(loop.pause(now), 30_000);
});

test('another file is pushed at once meanwhile, and the loop is over when the file is quiet for a while', (t) => {
  const loop = new PushLoop();
  const { now } = loopOf(loop, 25, ['app.log']);
  t.false(loop.judge(['src/a.js'], now).isLoop);
  t.false(loop.judge(['src/a.js', 'app.log'], now).isLoop);
  t.true(loop.judge(['app.log'], now).isLoop);
  t.deepEqual(loop.judge(['app.log'], now + 2_000), { isLoop: false, found: undefined });
});

test('saves of somebody who thinks in between, and of many files in turn, are none', (t) => {
  const loop = new PushLoop();
  for (let i = 0; i < 100; i++) t.false(loop.judge(['a.js'], i * 1_500).isLoop);
  for (let i = 0; i < 100; i++) t.false(loop.judge([`${i % 7}.js`], 200_000 + i * 100).isLoop);
});

test('a file that ends each push by a change is found, however long the pushes take', (t) => {
  const loop = new PushLoop();
  const found: string[] = [];
  for (let i = 0, now = 0; i < 30; i++) {
    loop.begun();
    now += 4_000;
    const verdict = loop.judge(['app.log'], now);
    if (verdict.found !== undefined) found.push(verdict.found);
    loop.pushed(now + 10);
  }
  t.deepEqual(found, ['app.log']);
});

test('saves during one long push are none, however many', (t) => {
  const loop = new PushLoop();
  loop.begun();
  for (let i = 0; i < 100; i++) t.false(loop.judge(['package.json'], i * 300).isLoop);
});
