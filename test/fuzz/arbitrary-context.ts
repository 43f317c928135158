import fc from 'fast-check';
import type { Burst, Change } from './model.js';

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const directory = oneOf('d', 'e', 'd/s', 'e/s', 'k k');
const name = fc.oneof(
  { arbitrary: oneOf('a.txt', 'b.js'), weight: 5 },
  { arbitrary: oneOf('.h', 'x y', '-n', 'q\'"', '$m', 'ü'), weight: 3 },
);
const filePath = fc.oneof(
  { arbitrary: name, weight: 3 },
  { arbitrary: fc.tuple(directory, name).map((parts) => parts.join('/')), weight: 4 },
);
const anyPath = fc.oneof({ arbitrary: filePath, weight: 3 }, { arbitrary: oneOf('d', 'e', 'd/s', 'l'), weight: 2 });
const text = oneOf('one\n', 'two\n', '', 'BROKEN\n', 'no end', 'three\nlines\nlong\n');
const fileMode = oneOf(0o644, 0o755, 0o600, 0o444, 0o666, 0o4755);
const directoryMode = oneOf(0o755, 0o700, 0o775, 0o1777);
const target = oneOf('a.txt', 'd', '../a.txt', '../e', 'nowhere', '/d', '..', 'b.js', './s');

const write = fc.record({ do: oneOf('write' as const, 'replace' as const), path: filePath, text, mode: fileMode });
const archive = fc.record({
  do: fc.constant('archive' as const),
  path: oneOf('t.txt', 'b.js', 'd/t.txt'),
  members: fc.uniqueArray(oneOf('a.txt', 'in/b.js', 'in/c', 'd/a.txt', 'z'), { minLength: 1, maxLength: 3 }),
  text,
});
const mkdir = fc.record({ do: fc.constant('mkdir' as const), path: directory, mode: directoryMode });
const link = fc.record({
  do: fc.constant('link' as const),
  path: fc.oneof({ arbitrary: fc.constant('l'), weight: 1 }, { arbitrary: anyPath, weight: 2 }),
  target,
});
const remove = fc.record({ do: fc.constant('remove' as const), path: anyPath });
const rename = fc.record({ do: fc.constant('rename' as const), path: anyPath, to: anyPath });
const chmod = fc.oneof(
  fc.record({ do: fc.constant('chmod' as const), path: filePath, mode: fileMode }),
  fc.record({ do: fc.constant('chmod' as const), path: directory, mode: directoryMode }),
);

/** What a context holds at the start. */
export const tree: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    { arbitrary: write, weight: 6 },
    { arbitrary: mkdir, weight: 1 },
    { arbitrary: link, weight: 1 },
    { arbitrary: archive, weight: 1 },
  ),
  { minLength: 4, maxLength: 14, size: 'max' },
);

const change: fc.Arbitrary<Change> = fc.oneof(
  { arbitrary: write, weight: 6 },
  { arbitrary: remove, weight: 4 },
  { arbitrary: rename, weight: 2 },
  { arbitrary: mkdir, weight: 1 },
  { arbitrary: link, weight: 2 },
  { arbitrary: chmod, weight: 2 },
  { arbitrary: archive, weight: 1 },
);

/** Milliseconds, if any: pushes take some hundreds. */
const moment = fc.option(fc.oneof({ arbitrary: fc.constant(0), weight: 1 }, { arbitrary: fc.nat(700), weight: 3 }), {
  nil: undefined,
  freq: 1,
});
const seldom = (rare: fc.Arbitrary<number | undefined>) =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 1 }, { arbitrary: rare, weight: 1 });

const burst: fc.Arbitrary<Burst> = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 4, size: 'max' }),
  interrupts: seldom(moment),
  spoils: seldom(moment),
});

/** What is done to it, burst by burst. */
export const bursts: fc.Arbitrary<Burst[]> = fc.array(burst, { minLength: 3, maxLength: 7, size: 'max' });

export const ignore: fc.Arbitrary<string[]> = fc.oneof(
  { arbitrary: fc.constant<string[]>([]), weight: 3 },
  {
    arbitrary: fc.array(
      oneOf('*.js', 'd/s', '!d/s/b.js', '**/.h', 'e', '# e', '/d/a.txt', 'd/*', '!d/b.js', 'Dockerfile'),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    weight: 1,
  },
);
