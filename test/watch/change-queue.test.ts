import test from 'ava';
import type { ContextEntry } from '../../src/plan/context-tree.js';
import { ChangeQueue } from '../../src/watch/change-queue.js';

const file = (digest: string, archive?: readonly string[]): ContextEntry => ({
  ...{ kind: 'file', mode: 0o644, size: 1, digest, mtimeMs: 0 },
  ...(archive && { archive }),
});
const directory: ContextEntry = { kind: 'directory', mode: 0o755, mtimeMs: 0 };
const link = (target: string): ContextEntry => ({ kind: 'link', target });

test('a hundred thousand changes of a path are one', (t) => {
  const queue = new ChangeQueue();
  for (let at = 0; at < 100_000; at++) queue.add([{ path: 'a', before: file(`${at}`), after: file(`${at + 1}`) }]);
  t.deepEqual(queue.takeAll(), [{ path: 'a', before: file('0'), after: file('100000') }]);
  t.true(queue.isEmpty);
  t.deepEqual(queue.takeAll(), []);
});

test('all that a path was in between is known: somebody may have it', (t) => {
  const queue = new ChangeQueue();
  const states = [
    file('1'),
    undefined,
    directory,
    link('x'),
    link('y'),
    file('2', ['in/a']),
    file('3'),
    file('4', ['in/a']),
    file('5', ['b']),
  ];
  for (const [at, after] of states.slice(1).entries()) queue.add([{ path: 'a', before: states[at], after }]);
  queue.add([{ path: 'b', before: undefined, after: directory }]);
  t.deepEqual(queue.paths, ['a', 'b']);
  const all = queue.takeAll();
  const after = states.at(-1);
  t.deepEqual(
    all.filter(({ path }) => path === 'a').map(({ before }) => before),
    [file('1'), undefined, directory, link('x'), link('y'), file('2', ['in/a'])],
  );
  t.true(all.every((change) => change.path === 'b' || change.after === after));
});
