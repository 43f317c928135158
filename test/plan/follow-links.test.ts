import test from 'ava';
import { cleanSource, followLinks } from '../../src/plan/follow-links.js';
import { readTree } from './read-tree.js';

const tree = readTree(`
real/file
real/deep/file
one: link real
two: link one/deep
up: link ../../real
rooted: link /real/deep
real/deep/back: link ../..
dangling: link nowhere/else
round: link about
about: link round
self: link self/x
`);
const follow = (path: string) => {
  const { path: at, links } = followLinks(tree, path);
  return [at, ...links].join(' < ');
};

test('a path without links is itself', (t) => {
  t.is(follow('real/file'), 'real/file');
  t.is(follow(''), '');
  t.is(follow('./real//deep/'), 'real/deep');
});

test('links are followed wherever they stand, chains too', (t) => {
  t.is(follow('one/file'), 'real/file < one');
  t.is(follow('two/file'), 'real/deep/file < two < one');
  t.is(follow('two/back/one/file'), 'real/file < two < one < real/deep/back < one');
});

test('neither a link nor a path leads out of the context', (t) => {
  t.is(follow('up/file'), 'real/file < up');
  t.is(follow('rooted/file'), 'real/deep/file < rooted');
  t.is(follow('../../real/file'), 'real/file');
  t.is(follow('two/../file'), 'real/file < two < one');
});

test('what is not there is given back as it is', (t) => {
  t.is(follow('real/none/x'), 'real/none/x');
  t.is(follow('dangling'), 'nowhere/else < dangling');
});

test('a circle of links leads nowhere', (t) => {
  t.is(followLinks(tree, 'round').path, undefined);
  t.is(followLinks(tree, 'self').path, undefined);
});

test('a source is cleaned as a path of the context', (t) => {
  const cases = {
    '.': '',
    './': '',
    '/': '',
    'src/.': 'src',
    './src//a/': 'src/a',
    'src/../b': 'b',
    '../x': 'x',
    '/a': 'a',
  };
  t.deepEqual(Object.keys(cases).map(cleanSource), Object.values(cases));
});
