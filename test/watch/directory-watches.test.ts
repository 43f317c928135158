import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DirectoryWatches, type TreeWatchOptions } from '../../src/watch/directory-watches.js';
import { RecursiveWatch } from '../../src/watch/recursive-watch.js';
import { tempContext } from './temp-context.js';

type Kind = typeof DirectoryWatches | typeof RecursiveWatch;

/** A folder with a watch, and a wait for what it tells. */
async function watched(t: ExecutionContext, Watch: Kind, options: Partial<TreeWatchOptions> & { files: string[] }) {
  const { files, ...rest } = options;
  const context = await tempContext(t, ...files);
  const seen: string[] = [];
  let wake = (): void => {};
  const watch = new Watch({
    root: context.root,
    isLeftOut: () => false,
    onEvent: (path) => {
      seen.push(relative(context.root, path));
      wake();
    },
    onRoot: () => {},
    onUnwatched: (path, code) => t.fail(`${path} is not watched: ${code}`),
    onError: (error) => t.fail(error.message),
    ...rest,
  });
  await watch.start();
  t.teardown(() => watch.close());
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { ...context, seen, until, at: (path: string) => join(context.root, path) };
}

const isTold = (seen: readonly string[], path: string): boolean =>
  seen.some((told) => told === path || path.startsWith(`${told}/`));

/** Edits a path until an edit of it is told: its folder may not be watched yet. */
async function untilSeen(seen: readonly string[], path: string, edit: (text: string) => Promise<void>): Promise<void> {
  for (let times = 0; !seen.includes(path); times++) {
    await edit(`${times}`);
    await new Promise(setImmediate);
  }
}

test('another folder that takes the place of one is watched, and all below it', async (t) => {
  const { seen, until, at } = await watched(t, DirectoryWatches, { files: ['one/in/a', 'two/in/b'] });
  await rename(at('one'), at('old'));
  await rename(at('two'), at('one'));
  await until(() => isTold(seen, 'one/in/b'));
  for (const path of ['one/in/b', 'old/in/a']) await untilSeen(seen, path, (edit) => writeFile(at(path), edit));
  t.pass();
});

test('nothing goes unseen of folders that are made and filled at once', async (t) => {
  const { seen, until, at } = await watched(t, DirectoryWatches, { files: ['a'] });
  const files = Array.from({ length: 200 }, (_, index) => `d${index % 7}/e${index % 31}/f${index}/g/file`);
  await Promise.all(
    files.map(async (file) => {
      await mkdir(dirname(at(file)), { recursive: true });
      await writeFile(at(file), '');
    }),
  );
  await until(() => files.every((file) => isTold(seen, file)));
  seen.length = 0;
  for (const file of files) await untilSeen(seen, file, (edit) => writeFile(at(file), edit));
  t.pass();
});

test('folders that come and go are watched as long as they are there', async (t) => {
  const { seen, until, at } = await watched(t, DirectoryWatches, { files: ['a'] });
  for (let round = 0; round < 30; round++) {
    await mkdir(at('d/e'), { recursive: true });
    await writeFile(at('d/e/f'), '');
    if (round < 29) await rm(at('d'), { recursive: true });
  }
  await until(() => isTold(seen, 'd/e/f'));
  // the watch of the last one is placed when all before it was seen to
  await writeFile(at('x'), '');
  await until(() => seen.includes('x'));
  await untilSeen(seen, 'd/e/g', (edit) => writeFile(at('d/e/g'), edit));
  t.pass();
});

test('a folder that is left out has no watch, whenever it comes', async (t) => {
  const isLeftOut = (path: string): boolean => path.endsWith('/out');
  const { seen, until, at } = await watched(t, DirectoryWatches, { files: ['d/out/a', 'd/in/a'], isLeftOut });
  await writeFile(at('d/out/a'), 'more');
  await mkdir(at('d/in/out'));
  await writeFile(at('d/in/out/a'), '');
  await writeFile(at('d/in/a'), 'more');
  await until(() => seen.includes('d/in/a'));
  t.false(seen.some((path) => path.includes('out/')));
});

test('the outermost folder is told to be touched when it is moved away', async (t) => {
  await t.notThrowsAsync(
    new Promise<void>((resolve, reject) => {
      watched(t, DirectoryWatches, { files: ['a/b'], onRoot: resolve }).then(({ root }) => {
        t.teardown(() => rm(`${root}-moved`, { recursive: true }));
        return rename(root, `${root}-moved`);
      }, reject);
    }),
  );
});

test('one watch for a whole tree tells all but what is left out', async (t) => {
  const isLeftOut = (path: string): boolean => path.endsWith('/out');
  const { seen, until, at } = await watched(t, RecursiveWatch, { files: ['d/out/a', 'd/in/a'], isLeftOut });
  await writeFile(at('d/out/a'), 'more');
  await writeFile(at('d/in/a'), 'more');
  await until(() => isTold(seen, 'd/in/a'));
  t.false(seen.some((path) => path.includes('out/')));
});
