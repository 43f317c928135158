import test from 'ava';
import { Progress } from '../../src/engine/progress.js';
import type { ContextEntry } from '../../src/plan/context-tree.js';
import { readEntry } from '../plan/read-tree.js';

const change = (path: string, before?: ContextEntry) => ({ path, before, after: undefined });
const pendingOf = ({ pending }: Progress) =>
  Array.from(
    pending,
    ([path, { since, was }]) => `${path} since ${since} was ${was.map(({ kind }) => kind).join(' ')}`,
  );

test('a change is pending from the first step on until all steps are replayed', (t) => {
  const progress = new Progress();
  progress.add([change('a', readEntry('file')), change('b')]);
  t.deepEqual(pendingOf(progress), ['a since 0 was file', 'b since 0 was ']);
  progress.finish();
  t.deepEqual(pendingOf(progress), []);
  t.is(progress.dirty, undefined);
});

test('a push that stopped has brought its changes up to its step', (t) => {
  const progress = new Progress();
  progress.add([change('a')]);
  progress.stopAt({ from: 3, full: true, restart: undefined });
  progress.add([change('b')]);
  t.deepEqual(pendingOf(progress), ['a since 3 was ', 'b since 0 was ']);
  t.deepEqual(progress.dirty, { from: 3, full: true, restart: undefined });
  progress.stopAt({ from: 2, full: false, restart: undefined });
  t.deepEqual(pendingOf(progress), ['a since 3 was ', 'b since 2 was ']);
  t.is(progress.dirty?.from, 2);
});

test('a step that is not relied on any more takes nothing from what earlier steps have not seen', (t) => {
  const progress = new Progress();
  progress.add([change('a')]);
  progress.distrust(3);
  t.deepEqual(pendingOf(progress), ['a since 0 was ']);
  t.deepEqual(progress.dirty, { from: 3, full: true, restart: undefined });
  progress.distrust(5);
  t.is(progress.dirty?.from, 3);
});

test('a path that changes again is new to all steps, and keeps all that it was', (t) => {
  const progress = new Progress();
  progress.add([change('a', readEntry('file'))]);
  progress.stopAt({ from: 3, full: false, restart: undefined });
  progress.add([change('a', readEntry('directory'))]);
  t.deepEqual(pendingOf(progress), ['a since 0 was file directory']);
});
