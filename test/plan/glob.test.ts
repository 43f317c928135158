import test from 'ava';
import { componentPattern, isGlob } from '../../src/plan/glob.js';

/** Pattern, name, and what Go's filepath.Match says of the two. */
const table: readonly [string, string, boolean | 'fault'][] = [
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['*', '', true],
  ['*', '.hidden', true],
  ['*c', 'abc', true],
  ['a*', 'a', true],
  ['a*', 'ba', false],
  ['a*b*c*d', 'axbxcxd', true],
  ['a*b*c*d', 'axbxdxc', false],
  ['a*b?c*x', 'abxbbxdbxebxczzx', true],
  ['a*b?c*x', 'abxbbxdbxebxczzy', false],
  ['**', 'abc', true],
  ['*x', 'xxx', true],
  ['?', '', false],
  ['?', '.', true],
  ['a?b', 'a☺b', true],
  ['a??b', 'a☺b', false],
  ['?', '😀', true],
  ['ab[c]', 'abc', true],
  ['ab[b-d]', 'abc', true],
  ['ab[e-g]', 'abc', false],
  ['ab[^c]', 'abc', false],
  ['ab[^e-g]', 'abc', true],
  ['ab[!c]', 'abc', true],
  ['ab[!c]', 'ab!', true],
  ['ab[!c]', 'abd', false],
  ['a[^a]b', 'a☺b', true],
  ['[a-ζ]*', 'α', true],
  ['*[a-ζ]', 'A', false],
  ['[a^]', '^', true],
  ['[a.]', 'b', false],
  ['[\\]a]', ']', true],
  ['[\\-]', '-', true],
  ['[x\\-]', '-', true],
  ['[x\\-]', 'z', false],
  ['[\\-x]', 'x', true],
  ['[[]', '[', true],
  ['[z-a]', 'm', false],
  ['[^z-a]', 'm', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['\\a', 'a', true],
  ['a.b', 'axb', false],
  ['a+', 'aa', false],
  ['(a|b)', 'a', false],
  ['{a,b}', 'a', false],
  ['{a,b}', '{a,b}', true],
  ['a$', 'a$', true],
  ['^a', '^a', true],
  ['a]', 'a]', true],
  ['a\nb', 'a\nb', true],
  ['a?b', 'a\nb', true],
  ['[]a]', ']', 'fault'],
  ['[]', 'a', 'fault'],
  ['[^]', 'a', 'fault'],
  ['[-]', '-', 'fault'],
  ['[x-]', 'x', 'fault'],
  ['[-x]', 'x', 'fault'],
  ['[a-b-c]', 'a', 'fault'],
  ['[', 'a', 'fault'],
  ['[^', 'a', 'fault'],
  ['[^bc', 'a', 'fault'],
  ['[a\\', 'a', 'fault'],
  ['a[', 'ab', 'fault'],
  ['a\\', 'a', 'fault'],
];

for (const [pattern, name, expected] of table) {
  const says =
    expected === 'fault' ? 'is refused' : `${expected ? 'matches' : 'does not match'} ${JSON.stringify(name)}`;
  test(`${JSON.stringify(pattern)} ${says}`, (t) => {
    t.is(componentPattern(pattern)?.test(name) ?? 'fault', expected);
  });
}

test('a source is a glob when it holds a character that can be part of a pattern', (t) => {
  t.deepEqual(['a/b', '.', 'a-b,{c}', 'a]b', '!a'].filter(isGlob), []);
  t.deepEqual(['*', 'a/?', '[a]', 'a\\b'].filter(isGlob).length, 4);
});
