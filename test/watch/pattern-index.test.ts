import test from 'ava';
import { parseIgnore } from '../../src/watch/ignore.js';

/** Numbers below a limit that are the same in each run. */
function drawn(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
}

const PARTS = ['*', '**/', 'a', 'b', '/', '.log', '.x', '?', '[ab]', 'c', '**'];
const NAMES = ['a', 'b', 'c', '.log', '.x', 'd'];

test('one of many patterns says the same as one of few', (t) => {
  const draw = drawn(3);
  const some = (from: readonly string[], most: number, between: string): string =>
    Array.from({ length: 1 + draw(most) }, () => from[draw(from.length)]).join(between);
  const others = Array.from({ length: 60 }, (_, at) => `zzz${at}/q*`);
  let ignored = 0;
  for (let i = 0; i < 1500; i++) {
    const patterns = Array.from({ length: 6 }, () => `${draw(3) === 0 ? '!' : ''}${some(PARTS, 4, '')}`);
    const few = parseIgnore(patterns.join('\n'));
    const many = parseIgnore([...others.slice(0, 30), ...patterns, ...others.slice(30)].join('\n'));
    for (let j = 0; j < 8; j++) {
      const path = Array.from({ length: 1 + draw(3) }, () => some(NAMES, 2, '')).join('/');
      if (few.ignores(path)) ignored++;
      if (few.ignores(path) !== many.ignores(path) || few.prunes(path) !== many.prunes(path))
        t.fail(`${patterns.join(' ')} and ${path}`);
    }
  }
  t.true(ignored > 1000, `${ignored}`);
});

test('ten thousand patterns are not tried for each of as many files', (t) => {
  const lines = Array.from({ length: 10_000 }, (_, at) => [`logs${at}/*.tmp`, `**/*.x${at}`, `**/name${at}`]).flat();
  const { ignores } = parseIgnore(lines.join('\n'));
  const kept = Array.from({ length: 10_000 }, (_, at) => `src/d${at % 100}/f${at}.ts`).filter((path) => !ignores(path));
  t.is(kept.length, 10_000);
  t.deepEqual(['logs7/a.tmp', 'a/b.x9999', 'a/b/name5', 'name6'].map(ignores), [true, true, true, true]);
});
