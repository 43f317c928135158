import test from 'ava';
import {
  type ContextEntry,
  descendants,
  isWithin,
  MutableTree,
  memberOf,
  parentOf,
  sameEntry,
} from '../../src/plan/context-tree.js';
import { readEntry, readTree } from './read-tree.js';

test('the same for a build is the same kind, mode and content, whatever the times', (t) => {
  const file: ContextEntry = { kind: 'file', mode: 0o644, size: 1, digest: 'a', mtimeMs: 1 };
  t.true(sameEntry(file, { ...file, mtimeMs: 2 }));
  t.false(sameEntry(file, { ...file, digest: 'b' }));
  t.false(sameEntry(file, { ...file, mode: 0o755 }));
  t.true(sameEntry(readEntry('link a'), readEntry('link a')));
  t.false(sameEntry(readEntry('link a'), readEntry('link b')));
  t.true(sameEntry({ kind: 'directory', mode: 0o755, mtimeMs: 1 }, { kind: 'directory', mode: 0o755, mtimeMs: 2 }));
  t.false(sameEntry(readEntry('directory 700'), readEntry('directory')));
  t.false(sameEntry(readEntry('directory'), readEntry('file 755')));
  t.false(sameEntry(undefined, file));
  t.false(sameEntry(file, undefined));
  t.true(sameEntry(undefined, undefined));
});

test('paths have parents and members', (t) => {
  t.deepEqual(['', 'a', 'a/b', 'a/b/c'].map(parentOf), ['', '', 'a', 'a/b']);
  t.deepEqual([memberOf('', 'a'), memberOf('a', 'b')], ['a', 'a/b']);
});

test('a path lies within itself, its parents and the root', (t) => {
  const within = (root: string, path: string) => isWithin(root, path);
  t.true(within('', 'a/b') && within('/', '/a') && within('a', 'a') && within('a', 'a/b') && within('/a', '/a/b'));
  t.false(within('a', 'ab') || within('a/b', 'a') || within('/a/', '/ab'));
});

test('a tree lists parents first, and forgets one path at a time', (t) => {
  const tree = readTree('a/b/c\na/d\ne');
  t.deepEqual([...tree.below('')], ['', 'a', 'a/b', 'a/b/c', 'a/d', 'e']);
  t.deepEqual([...descendants(tree, 'a')], ['a/b', 'a/b/c', 'a/d']);
  t.is(tree.size, 6);
  tree.delete('a/b');
  t.deepEqual([...tree.below('a')], ['a', 'a/d']);
  t.deepEqual([...tree.below('a/b')], ['a/b/c']);
  tree.delete('a/b/c');
  tree.delete('a/d');
  tree.delete('none');
  t.deepEqual([...tree.children('a')], []);
  t.deepEqual([...tree.children('e')], []);
});

test('setting a path twice keeps one', (t) => {
  const tree = new MutableTree();
  tree.set('a', readEntry('file'));
  tree.set('a', readEntry('link b'));
  t.deepEqual([...tree.children('')], ['a']);
  t.is(tree.get('a')?.kind, 'link');
});
