import test from 'ava';
import { pathPattern } from '../../src/plan/path-pattern.js';
import { patternTokens } from '../../src/plan/pattern-tokens.js';

/** The expression as Go has it; going back for what was matched is no matter for short paths. */
function expressionOf(pattern: string): RegExp | undefined {
  const sources = { star: '[^/]*', cross: '(?:[^\\n]*/)?', rest: '[^\\n]*', or: '|', start: '^' };
  const tokens = patternTokens(pattern)?.map(({ kind, source, min, max }) =>
    kind === 'char' ? `(?:${source}){${min},${max === Number.POSITIVE_INFINITY ? '' : max}}` : sources[kind],
  );
  return tokens && new RegExp(`^${tokens.join('')}$`, 'u');
}

/** Numbers below a limit that are the same in each run. */
function drawn(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
}

const PARTS = [
  '*',
  '**',
  '**/',
  '?',
  'a',
  'b',
  '/',
  '[ab]',
  '[^a]',
  '[a-]',
  '|',
  '^',
  '{2}',
  '{1,}',
  '{0,2}',
  '\\a',
  '\\d',
  '.',
];
const CHARS = ['a', 'b', '/', '.', '1', 'é', '💧'];

test('patterns match what the expressions match that a build makes of them', (t) => {
  const draw = drawn(7);
  const some = (from: readonly string[], most: number): string =>
    Array.from({ length: 1 + draw(most) }, () => from[draw(from.length)]).join('');
  let read = 0;
  let matched = 0;
  for (let i = 0; i < 6000; i++) {
    // a wildcard, so that the text is an expression at all
    const text = `${some(PARTS, 5)}${['*', '?', '[ab]'][draw(3)]}${some(PARTS, 3)}`;
    const pattern = pathPattern(text, true);
    const expression = expressionOf(text);
    // a text with two stars alone is compared as it is
    if (!pattern || !expression || !/[*?[\]\\]/.test(text.replace('**', ''))) continue;
    read++;
    for (let j = 0; j < 12; j++) {
      const path = some(CHARS, 7);
      const expected = expression.test(path);
      if (expected) matched++;
      if (pattern.matches(path) !== expected) t.fail(`${text} and ${path}: ${expected}`);
    }
  }
  t.true(read > 2000 && matched > 4000, `${read} patterns, ${matched} matches`);
});

test('no pattern takes longer than its length times that of the path', (t) => {
  const path = 'a'.repeat(4000);
  for (const part of ['*[^b]', '*[ab]', '*a{1,}', '**[^b]', '?*\\D', '*[a-b]{0,3}']) {
    t.is(pathPattern(`${part.repeat(40)}c|^c`, true)?.matches(path), false, part);
    t.is(pathPattern(`${part.repeat(40)}[c]`, true)?.matches(path), false, part);
  }
});

test('what a build refuses is no pattern', (t) => {
  for (const text of ['*[z-a]', '*{2}', '*a{2}{3}', '*a{3,2}', '*a{1001}', '*|{2}', '*[a', '**/{2}[b]'])
    t.is(pathPattern(text, true), undefined, text);
});
