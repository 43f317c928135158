import test from 'ava';
import { countOf, firstOf, formatBytes, formatDuration } from '../../src/ui/quantities.js';

test('bytes have one decimal below ten, and never four digits', (t) => {
  const texts = [0, 999, 1000, 3104, 9949, 9950, 120_000, 999_499, 999_500, 1_200_000, 3e15].map(formatBytes);
  t.deepEqual(texts, [
    '0 B',
    '999 B',
    '1.0 kB',
    '3.1 kB',
    '9.9 kB',
    '10 kB',
    '120 kB',
    '999 kB',
    '1.0 MB',
    '1.2 MB',
    '3000 TB',
  ]);
});

test('durations change their unit at a second and at a minute', (t) => {
  const texts = [0.2, 21.4, 999.4, 999.6, 1234, 59_949, 59_950, 125_000].map(formatDuration);
  t.deepEqual(texts, ['0 ms', '21 ms', '999 ms', '1.0 s', '1.2 s', '59.9 s', '1 min 00 s', '2 min 05 s']);
});

test('counts are singular for one only', (t) => {
  t.deepEqual(
    [0, 1, 2].map((count) => countOf(count, 'file')),
    ['0 files', '1 file', '2 files'],
  );
});

test('a list is not cut for a single item', (t) => {
  t.is(firstOf(['a', 'b', 'c', 'd'], 3), 'a, b, c, d');
  t.is(firstOf(['a', 'b', 'c', 'd', 'e'], 3), 'a, b, c and 2 more');
});
