import test from 'ava';
import { Baseline } from '../../src/engine/baseline.js';
import { type ContextEntry, MutableTree } from '../../src/plan/context-tree.js';

const file = (digest: string): ContextEntry => ({ kind: 'file', mode: 0o644, size: 1, digest, mtimeMs: 0 });

/** A context that is edited, with its baseline. */
function edited(duringBuild = false) {
  const tree = new MutableTree();
  const baseline = new Baseline(tree);
  const edit = (path: string, after: ContextEntry | undefined): void => {
    const before = tree.get(path);
    if (after) tree.set(path, after);
    else tree.delete(path);
    baseline.add([{ path, before, after }], { duringBuild });
  };
  return { tree, baseline, edit };
}

test('several edits of a file are one change, from the image to now', (t) => {
  const { tree, baseline, edit } = edited();
  tree.set('a', file('built'));
  edit('a', file('one'));
  edit('a', file('two'));
  t.deepEqual(baseline.changes(), [{ path: 'a', before: file('built'), after: file('two') }]);
});

test('a file that is as it was built again is no change, nor is one that came and went', (t) => {
  const { tree, baseline, edit } = edited();
  tree.set('a', file('built'));
  edit('a', file('one'));
  edit('a', file('built'));
  edit('b', file('one'));
  edit('b', undefined);
  t.deepEqual(baseline.changes(), []);
});

test('a file that was edited during the build stays a change: the image may hold either', (t) => {
  const { tree, baseline, edit } = edited(true);
  tree.set('a', file('before'));
  edit('a', file('one'));
  edit('a', file('before'));
  t.deepEqual(baseline.changes(), [{ path: 'a', before: file('before'), after: file('before') }]);
});

test('since an earlier state only what differs from it has changed, whatever the image holds', (t) => {
  const { tree, baseline, edit } = edited();
  for (const path of ['a', 'b', 'c', 'd']) tree.set(path, file('built'));
  edit('a', file('one'));
  edit('b', file('one'));
  const seen = new Map(baseline.changes().map(({ path, after }) => [path, after]));
  edit('a', file('built'));
  edit('b', file('two'));
  edit('c', file('two'));
  edit('d', file('two'));
  edit('d', file('built'));
  const since = (unsure: string[] = []) =>
    new Map(baseline.changesSince(seen, new Set(unsure)).map((change) => [change.path, change]));
  t.deepEqual([...since().keys()].sort(), ['a', 'b', 'c']);
  t.deepEqual(since().get('a'), { path: 'a', before: file('one'), after: file('built') });
  t.deepEqual(since().get('c'), { path: 'c', before: file('built'), after: file('two') });
  edit('a', file('one'));
  t.deepEqual([...since().keys()].sort(), ['b', 'c']);
  t.deepEqual([...since(['a', 'd']).keys()].sort(), ['a', 'b', 'c', 'd']);
});
