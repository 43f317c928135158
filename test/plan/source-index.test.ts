import test from 'ava';
import { matchSource } from '../../src/plan/match-copy.js';
import { SourceIndex } from '../../src/plan/source-index.js';
import { readEntry, readTree } from './read-tree.js';

const tree = readTree('a/x\na/deep/er/y\nb/x.js\nb/y.txt\nlink: link a\nother: link b');

function indexOf(sources: Record<string, string[]>): SourceIndex<string> {
  const index = new SourceIndex<string>(tree);
  for (const [reader, all] of Object.entries(sources)) {
    index.add(
      reader,
      all.map((source) => matchSource(tree, source)),
    );
  }
  return index;
}

const all = indexOf({ root: ['.'], a: ['a'], twice: ['a/deep', 'a'], pattern: ['b/*.js'], through: ['link/deep'] });
const readers = (path: string) => [...all.readers(path, [])].sort();

test('a path is read by all whose sources hold it, each named once', (t) => {
  t.deepEqual(readers('a/x'), ['a', 'root', 'twice']);
  t.deepEqual(readers('a/deep/er/y'), ['a', 'root', 'through', 'twice']);
  t.deepEqual(readers('none'), ['root']);
  t.deepEqual(readers(''), ['root']);
});

test('a pattern reads what it matches, there or not, and nothing else of the directory', (t) => {
  t.deepEqual(readers('b/x.js'), ['pattern', 'root']);
  t.deepEqual(readers('b/new.js'), ['pattern', 'root']);
  t.deepEqual(readers('b/y.txt'), ['root']);
  t.deepEqual(readers('b/deep/x.js'), ['root']);
});

test('a link is read by those whose sources go through it, or did when it was one', (t) => {
  t.deepEqual(readers('link'), ['root', 'through']);
  t.deepEqual(readers('other'), ['root']);
  const index = indexOf({ deep: ['a/deep'] });
  t.deepEqual(index.readers('a', [readEntry('directory')]), []);
  t.deepEqual(index.readers('a', [readEntry('link b')]), ['deep']);
});

test('who is added later is found, too', (t) => {
  const index = indexOf({ first: ['a'] });
  t.deepEqual(index.readers('a/x', []), ['first']);
  index.add('second', [matchSource(tree, 'a/x')]);
  t.deepEqual(index.readers('a/x', []), ['first', 'second']);
});
