import test from 'ava';
import { isMissing, matchSource, unsentLink } from '../../src/plan/match-copy.js';
import { readTree } from './read-tree.js';

const tree = readTree(`
.env
a.json
b.json
src/index.js
src/lib/util.js
conf/a/app.ini
conf/b/app.ini
conf/c.ini
l.json: link src/index.js
lib: link src/lib
out: link ../../etc/passwd
`);
const rootsOf = (source: string) =>
  matchSource(tree, source).roots.map(({ path, name, directory }) => `${path} as ${name}${directory ? '/' : ''}`);

test('an exact source is one root', (t) => {
  t.deepEqual(rootsOf('a.json'), ['a.json as a.json']);
  t.deepEqual(rootsOf('./src/'), ['src as src/']);
  t.deepEqual(rootsOf('/src/lib/.'), ['src/lib as lib/']);
  t.deepEqual(rootsOf('.'), [' as /']);
});

test('a link named as a source is followed and keeps its name', (t) => {
  t.deepEqual(rootsOf('l.json'), ['src/index.js as l.json']);
  t.deepEqual(rootsOf('lib'), ['src/lib as lib/']);
  t.deepEqual(rootsOf('lib/util.js'), ['src/lib/util.js as util.js']);
});

test('a pattern gives its matches in the order of their names', (t) => {
  t.deepEqual(rootsOf('*.json'), ['a.json as a.json', 'b.json as b.json', 'src/index.js as l.json']);
  t.deepEqual(rootsOf('conf/*/app.ini'), ['conf/a/app.ini as app.ini', 'conf/b/app.ini as app.ini']);
  t.deepEqual(rootsOf('conf/*'), ['conf/a as a/', 'conf/b as b/', 'conf/c.ini as c.ini']);
  t.deepEqual(rootsOf('.*'), ['.env as .env']);
  t.deepEqual(rootsOf('**/index.js'), ['src/index.js as index.js']);
});

test('a pattern goes through a link that is named, and not through one that it matches', (t) => {
  t.deepEqual(rootsOf('lib/*.js'), ['src/lib/util.js as util.js']);
  t.deepEqual(rootsOf('l*/util.js'), []);
  t.deepEqual(rootsOf('li?'), ['src/lib as lib/']);
});

test('only an exact source, the front of a pattern and what a match leads to have to be there', (t) => {
  const missing = ['none', 'none/x', 'out', 'none/*', 'ou?'].filter((source) => matchSource(tree, source).missing);
  t.deepEqual(missing, ['none', 'none/x', 'out', 'none/*', 'ou?']);
  const fine = ['*.none', 'conf/*.none', 'conf/*/none', '.', '[a', 'l*'].filter(
    (source) => matchSource(tree, source).missing,
  );
  t.deepEqual(fine, []);
});

test('the front of a pattern without a match has to be in the build through another source', (t) => {
  const fails = (source: string, ...others: string[]) =>
    isMissing(matchSource(tree, source), () => [source, ...others].map((each) => matchSource(tree, each)));
  t.true(fails('conf/*.none'));
  t.true(fails('conf/*.none', 'src'));
  t.true(fails('conf/*.none', 'con*/none'));
  t.true(fails('a.json/*'));
  for (const other of ['.', 'conf', 'con*', 'conf/*']) t.false(fails('conf/*.none', other), other);
  t.false(fails('a.json/*', 'a.json'));
  t.false(fails('*.none'));
  // a first wildcard that meets a link brings all that it matches
  t.false(fails('conf/*.none', '*/none'));
  t.true(fails('conf/*.none', 'c*/none'));
});

test('a source covers what is in it, there or not, and the links that lead to it', (t) => {
  const covered = (source: string, paths: readonly string[]) => paths.filter(matchSource(tree, source).covers);
  t.deepEqual(covered('src', ['src', 'src/new/x', 'srcs', 'sr', 'a.json']), ['src', 'src/new/x']);
  t.deepEqual(covered('.', ['', 'x/y']), ['', 'x/y']);
  t.deepEqual(covered('*.json', ['new.json', 'x/new.json', 'd.json/deep/x', 'src/index.js', 'l.json']), [
    'new.json',
    'd.json/deep/x',
    'src/index.js',
    'l.json',
  ]);
  t.deepEqual(covered('lib/*.js', ['lib', 'src/lib/new.js', 'src/lib/x/new.js', 'lib/new.js']), [
    'lib',
    'src/lib/new.js',
  ]);
  t.deepEqual(covered('conf/*/app.ini', ['conf/z/app.ini', 'conf/app.ini', 'conf/z/app.ini/x', 'conf/z']), [
    'conf/z/app.ini',
    'conf/z/app.ini/x',
  ]);
  t.deepEqual(covered('none', ['none', 'none/x']), ['none', 'none/x']);
});

test('a covered path knows the root that holds it', (t) => {
  t.deepEqual(matchSource(tree, 'conf/*').rootsOf('conf/gone/x/y')[0], { path: 'conf/gone', name: 'gone' });
  t.deepEqual(matchSource(tree, '.').rootsOf('x/y')[0], { path: '', name: '' });
  const { path, name } = matchSource(tree, '*.json').rootsOf('src/index.js')[0] ?? {};
  t.deepEqual([path, name], ['src/index.js', 'l.json']);
  t.is(matchSource(tree, '*.json').rootsOf('src/lib')[0], undefined);
});

test('the fronts are where files are or could be', (t) => {
  t.deepEqual(matchSource(tree, 'conf/*/x').fronts, ['conf']);
  t.deepEqual(matchSource(tree, '*.json').fronts, ['', 'src/index.js']);
  t.deepEqual(matchSource(tree, 'lib/none').fronts, ['src/lib/none']);
});

test('a link that the first wildcard meets is followed by a build, one behind it is not', (t) => {
  const linked = readTree(`
d/a.txt: link /e
d/in/x
e/f
one: link e
`);
  const unsent = (source: string, ...others: string[]) =>
    unsentLink(matchSource(linked, source), () => [source, ...others].map((each) => matchSource(linked, each)));
  t.is(unsent('d/*.txt'), undefined);
  t.is(unsent('on?'), undefined);
  t.is(unsent('?/a.txt'), 'd/a.txt');
  t.is(unsent('?/a.txt', 'e'), undefined);
  t.is(unsent('?/a.txt', 'e/f'), 'd/a.txt');
  t.is(unsent('*/a.txt'), undefined, 'all that * matches is sent, for it meets the link "one"');
});
