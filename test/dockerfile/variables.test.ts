import test from 'ava';
import { SubstitutionError } from '../../src/dockerfile/shell-pattern.js';
import { expand, expandHeredoc } from '../../src/dockerfile/variables.js';
import { readWords } from './words-fixture.js';

const values = new Map([
  ['V', 'foo.bar.baz'],
  ['W', ''],
]);
const lookup = (name: string): string | undefined => values.get(name);

// test/e2e/dockerfile-rules.test.ts holds the first file against an engine.
for (const { word, result } of [...readWords('words.txt'), ...readWords('words-of-newer-frontends.txt')]) {
  test(`${word} expands as in a build`, (t) => {
    t.is(expand(word, lookup, '\\'), result);
  });
}

for (const { word, result } of readWords('faults.txt')) {
  test(`${word} is refused as in a build`, (t) => {
    t.throws(() => expand(word, lookup, '\\'), { instanceOf: SubstitutionError, message: result });
  });
}

test('an escape character at the very end is dropped', (t) => {
  t.is(expand('a\\', lookup, '\\'), 'a');
});

test('the escape directive changes what escapes a dollar sign', (t) => {
  t.is(expand('c:\\dir`$V "`"q" \\$V', lookup, '`'), 'c:\\dir$V "q \\foo.bar.baz');
});

test('quotes in a heredoc body stay, and the escape is always a backslash', (t) => {
  const body = `a $V "q $V" 's $V' \\$V a\\b \\\\\n`;
  t.is(expandHeredoc(body, lookup), `a foo.bar.baz "q foo.bar.baz" 's foo.bar.baz' $V ab \\\n`);
});
