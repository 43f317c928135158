import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isWithin } from '../../src/plan/context-tree.js';
import { followContext } from '../../src/watch/follow-context.js';
import { parseIgnore } from '../../src/watch/ignore.js';
import type { WatchOptions } from '../../src/watch/watch-context.js';
import { type TempContext, tempContext } from './temp-context.js';

/** Paths as they are reported. */
class Reports {
  readonly #seen = new Set<string>();
  #wake: () => void = () => {};

  add(path: string): void {
    this.#seen.add(path);
    this.#wake();
  }

  clear(): void {
    this.#seen.clear();
  }

  get seen(): string[] {
    return [...this.#seen].sort();
  }

  /** Resolves when each path was reported, itself or a directory that holds it. */
  async until(...paths: string[]): Promise<void> {
    const missing = () => paths.filter((path) => ![...this.#seen].some((seen) => isWithin(seen, path)));
    const timeout = setTimeout(() => this.#wake(), 5000);
    const end = Date.now() + 5000;
    while (missing().length > 0) {
      if (Date.now() >= end) throw new Error(`not reported: ${missing()}; reported: ${this.seen}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(timeout);
  }
}

async function watched(t: ExecutionContext, files: readonly string[], options: Partial<WatchOptions> = {}) {
  const context = await tempContext(t, ...files);
  const reports = new Reports();
  const everything = { ignore: parseIgnore(''), wanted: () => true };
  const watcher = await followContext({
    root: context.root,
    ...everything,
    onPath: (path) => reports.add(path),
    onError: (error) => t.fail(error.message),
    ...options,
  });
  t.teardown(() => watcher.close());
  return { context, reports, watcher };
}

/** Something that is reported for certain: what was done before it has been reported by then, too. */
async function settle({ context, reports }: { context: TempContext; reports: Reports }, path = 'last'): Promise<void> {
  await context.write(path);
  await reports.until(path);
}

test.serial('an edit, a change of mode and a removal name their file', async (t) => {
  const { context, reports } = await watched(t, ['a', 'd/b', 'd/c']);
  await context.write('a', 'new');
  await context.chmod('d/b', 0o600);
  await context.remove('d/c');
  await reports.until('a', 'd/b', 'd/c');
  t.deepEqual(
    reports.seen.filter((path) => path !== '' && path !== 'd'),
    ['a', 'd/b', 'd/c'],
  );
});

test.serial('nothing is reported of what was there before', async (t) => {
  const watching = await watched(t, ['a', 'd/b']);
  await settle(watching);
  t.deepEqual(
    watching.reports.seen.filter((path) => path !== ''),
    ['last'],
  );
});

test.serial('a file that is renamed over another one is reported', async (t) => {
  const { context, reports } = await watched(t, ['a', 'a.tmp']);
  await rename(join(context.root, 'a.tmp'), join(context.root, 'a'));
  await reports.until('a', 'a.tmp');
  reports.clear();
  await context.write('a', 'again');
  await reports.until('a');
  t.pass();
});

test.serial('new folders with files in them are reported, and watched from then on', async (t) => {
  const { context, reports } = await watched(t, ['a']);
  await context.write('x/y/z/one');
  await context.write('x/y/two');
  await reports.until('x/y/z/one', 'x/y/two');
  await reports.until('x/y/z');
  reports.clear();
  await context.write('x/y/z/three');
  await reports.until('x/y/z/three');
  t.pass();
});

test.serial('a folder that is gone is reported, and one of its name is watched again', async (t) => {
  const { context, reports } = await watched(t, ['d/e/f']);
  await context.remove('d');
  await reports.until('d');
  reports.clear();
  await context.write('d/e/g');
  await reports.until('d/e/g');
  t.pass();
});

test.serial('links are reported and not followed', async (t) => {
  const watching = await watched(t, ['d/b'], { wanted: (path) => path !== 'd' && !path.startsWith('d/') });
  await watching.context.link('l', 'd');
  await watching.reports.until('l');
  watching.reports.clear();
  await watching.context.write('d/b', 'new');
  await settle(watching);
  t.deepEqual(
    watching.reports.seen.filter((path) => path !== ''),
    ['last'],
  );
});

test.serial('ignored folders and those that no step reads have no watch', async (t) => {
  const ignore = parseIgnore('node_modules\nsrc/gen\n!src/gen/keep\n');
  const wanted = (path: string) => ['src', 'node_modules'].some((root) => isWithin(root, path) || isWithin(path, root));
  const files = ['node_modules/m/x', 'src/gen/keep', 'src/lib/y', 'docs/z'];
  const watching = await watched(t, files, { ignore, wanted });
  const { context, reports } = watching;
  t.is(await watchCount(context.root), 4, 'the root, src, src/gen and src/lib');
  await context.write('node_modules/m/x', 'new');
  await context.write('docs/z', 'new');
  await context.write('README');
  await settle(watching, 'src/last');
  t.deepEqual(
    reports.seen.filter((path) => !['', 'src', 'src/last'].includes(path)),
    [],
  );
  await context.write('src/gen/keep', 'new');
  await reports.until('src/gen/keep');
});

test.serial('a closed watch reports nothing and leaves nothing behind', async (t) => {
  const { context, reports, watcher } = await watched(t, ['a', 'd/b']);
  t.is(await watchCount(context.root), 2);
  await context.write('x/y');
  await watcher.close();
  reports.clear();
  await context.write('a', 'new');
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.deepEqual(reports.seen, []);
  t.is(await watchCount(context.root), 0);
});

/** How many watches this process has in a folder, as the kernel tells: other threads watch folders of their own. */
async function watchCount(root: string): Promise<number> {
  const below = await readdir(root, { recursive: true });
  const inodes = await Promise.all(['', ...below].map(async (path) => (await stat(join(root, path))).ino.toString(16)));
  const infos = await Promise.all(
    (await readdir('/proc/self/fdinfo')).map((fd) => readFile(`/proc/self/fdinfo/${fd}`, 'utf8').catch(() => '')),
  );
  return [...infos.join('\n').matchAll(/^inotify wd:\S+ ino:(\w+) /gm)].filter(([, ino = '']) => inodes.includes(ino))
    .length;
}
