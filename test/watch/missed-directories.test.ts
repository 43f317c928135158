import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { MissedDirectories } from '../../src/watch/missed-directories.js';
import { tempContext } from './temp-context.js';

/** Resolves with what is told of a folder with these files, when only these directories in it have a watch; `nothing` after a while. */
async function told(t: ExecutionContext, files: readonly string[], watched: (asked: number) => readonly string[]) {
  const { root } = await tempContext(t, ...files);
  let asked = 0;
  return new Promise<string>((resolve) => {
    const missed = new MissedDirectories({
      after: 10,
      isSettled: (directory) => watched(asked++).some((path) => join(root, path) === directory),
      onMissed: () => resolve('missed'),
    });
    missed.lookIn([root]);
    setTimeout(resolve, 300, 'nothing');
    t.teardown(() => missed.close());
  });
}

test('a directory that has no watch and gets none is missed', async (t) => {
  t.is(await told(t, ['a/x', 'b/x'], () => ['a']), 'missed');
});

test('files, and directories that have a watch, are not', async (t) => {
  t.is(await told(t, ['a/x', 'file'], () => ['a']), 'nothing');
});

test('a directory that gets its watch a moment later is not', async (t) => {
  t.is(await told(t, ['a/x'], (asked) => (asked === 0 ? [] : ['a'])), 'nothing');
});
