import test from 'ava';
import { secondsOf } from '../../src/compose/duration.js';

const seconds: readonly (readonly [string | undefined, number | undefined])[] = [
  ['10s', 10],
  ['1m30s', 90],
  ['0s', 0],
  ['1h0m0.5s', 3600.5],
  ['250ms', 0.25],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
];

for (const [text, expected] of seconds) {
  test(`${text ?? 'Nothing'} is ${expected ?? 'no number of'} seconds${text === '' ? ' when empty' : ''}.`, (t) => {
    t.is(secondsOf(text), expected);
  });
}
