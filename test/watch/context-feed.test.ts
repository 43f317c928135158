import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../../src/watch/batch.js';
import { ContextFeed, type FeedOptions } from '../../src/watch/context-feed.js';
import { parseIgnore } from '../../src/watch/ignore.js';
import type { ScanResult } from '../../src/watch/scan-context.js';
import { tempContext } from './temp-context.js';

const QUIET = 50;

/** What is found, push by push. */
class Pushes {
  readonly all: string[][] = [];
  #wake: () => void = () => {};

  readonly take = ({ changes }: ScanResult): void => {
    if (changes.length > 0) this.all.push(changes.map(({ path, after }) => (after ? path : `-${path}`)).sort());
    this.#wake();
  };

  get paths(): string[] {
    return this.all.flat();
  }

  async until(path: string): Promise<void> {
    const end = AbortSignal.timeout(20_000);
    end.addEventListener('abort', () => this.#wake());
    while (!this.paths.includes(path)) {
      if (end.aborted) throw new Error(`${path} was not found, but ${this.paths.slice(0, 20)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

async function fed(t: ExecutionContext, context: string, options: Partial<FeedOptions> = {}) {
  const pushes = new Pushes();
  const feed = new ContextFeed({
    context,
    ignore: parseIgnore(''),
    roots: [''],
    rootsOf: () => [''],
    mayUnpack: () => false,
    window: { quiet: QUIET, cap: 20 * QUIET },
    clock: systemClock,
    signal: new AbortController().signal,
    onResult: pushes.take,
    onError: (error) => t.fail(error.message),
    ...options,
  });
  t.teardown(() => feed.close());
  await feed.start();
  return { feed, pushes };
}

/** Longer than the quiet window: what a slow disk does to an editor. */
const pause = () => delay(2 * QUIET);

interface Saving {
  readonly root: string;
  readonly file: string;
}

/** What editors do when a file is saved, as strace shows it. */
const editors: Readonly<Record<string, (saving: Saving) => Promise<void>>> = {
  'in place': ({ file }) => writeFile(file, 'saved'),
  'in place, on a slow disk': async ({ file }) => {
    const handle = await open(file, 'w');
    await pause();
    await handle.writeFile('saved');
    await handle.close();
  },
  'to a temporary file that is renamed': async ({ file }) => {
    await writeFile(`${file}.tmp123`, 'saved');
    await rename(`${file}.tmp123`, file);
  },
  'vim, with a swap file and a backup': async ({ root, file }) => {
    await writeFile(join(root, '.file.swp'), 'b0VIM');
    await writeFile(join(root, '4913'), '');
    await rm(join(root, '4913'));
    await rename(file, `${file}~`);
    await pause();
    await writeFile(file, 'saved');
    await rm(`${file}~`);
    await writeFile(join(root, '.file.swp'), 'b0VIM again');
    await pause();
    await rm(join(root, '.file.swp'));
  },
  JetBrains: async ({ file }) => {
    await writeFile(`${file}___jb_tmp___`, 'saved');
    await rename(file, `${file}___jb_old___`);
    await pause();
    await rename(`${file}___jb_tmp___`, file);
    await rm(`${file}___jb_old___`);
  },
  'emacs, with a lock, an auto-save and a backup': async ({ root, file }) => {
    await symlink('me@box.123:456', join(root, '.#file'));
    await writeFile(join(root, '#file#'), 'sav');
    await pause();
    await rename(file, `${file}~`);
    await pause();
    await writeFile(file, 'saved');
    await rm(join(root, '#file#'));
    await rm(join(root, '.#file'));
  },
};

for (const [name, save] of Object.entries(editors)) {
  test.serial(`a file that is saved ${name} is found once, and nothing else`, async (t) => {
    const { root, write } = await tempContext(t, 'file', 'other');
    const { pushes } = await fed(t, root);
    await save({ root, file: join(root, 'file') });
    await pushes.until('file');
    await write('other', 'new');
    await pushes.until('other');
    t.deepEqual(pushes.all, [['file'], ['other']]);
  });
}

test.serial("a file of an editor's that a step names is followed like any other", async (t) => {
  const { root, write } = await tempContext(t, 'config~');
  const { pushes } = await fed(t, root, { roots: ['config~'] });
  await write('config~', 'new');
  await pushes.until('config~');
  t.pass();
});

test.serial('a file that is really removed, or really empty, is found in the end', async (t) => {
  const { root, write, remove } = await tempContext(t, 'a', 'a~', 'b');
  const { pushes } = await fed(t, root);
  await remove('a');
  await pushes.until('-a');
  await write('b', '');
  await pushes.until('b');
  t.pass();
});

test.serial('a context reached through a link is followed', async (t) => {
  const { root, write } = await tempContext(t, 'd/file');
  const folder = await mkdtemp(join(tmpdir(), 'livepush-link-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await symlink(root, join(folder, 'context'));
  const { pushes } = await fed(t, join(folder, 'context'));
  await write('d/file', 'new');
  await pushes.until('d/file');
  t.deepEqual(pushes.all, [['d/file']]);
});

test.serial('a switch of branches is found in few parts, all of it', async (t) => {
  const names = Array.from({ length: 400 }, (_, i) => `d${i % 40}/s/f${i}`);
  const { root } = await tempContext(t);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root });
  git('init', '--quiet', '--initial-branch=one');
  for (const name of names) writeInto(root, name, 'one');
  git('add', '.');
  git('commit', '--quiet', '--message=one');
  git('checkout', '--quiet', '-b', 'two');
  for (const name of names) writeInto(root, name, 'two');
  git('rm', '--quiet', '-r', '--force', 'd1');
  writeInto(root, 'new/s/last', 'two');
  git('add', '.');
  git('commit', '--quiet', '--message=two');
  git('checkout', '--quiet', 'one');
  const { pushes, feed } = await fed(t, root, { ignore: parseIgnore('.git') });
  git('checkout', '--quiet', 'two');
  await pushes.until('new/s/last');
  await pushes.until('d39/s/f399');
  await feed.look([]);
  const found = new Set(pushes.paths);
  t.deepEqual(
    names.filter((path) => !path.startsWith('d1/')).filter((path) => !found.has(path)),
    [],
  );
  t.true(found.has('-d1/s/f1'));
  t.true(pushes.all.length <= 3, `${pushes.all.length} parts`);
});

test.serial('nothing is missed when more happens than the system remembers', async (t) => {
  const { root, write } = await tempContext(t, 'a', 'b', 'd/old');
  const { pushes } = await fed(t, root);
  // The event loop stands still meanwhile: nobody reads the queue of events, and the last ones are lost.
  const queue = Number(await readFile('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
  for (let i = 0; i <= queue / 2; i++) for (const name of ['a', 'b']) chmodSync(join(root, name), 0o600 + (i % 2));
  writeInto(root, 'late/s/file', 'x');
  writeInto(root, 'd/old', 'new');
  await pushes.until('late/s/file');
  await pushes.until('d/old');
  await write('late/s/file', 'again');
  await write('late/s/other');
  await pushes.until('late/s/other');
  t.is(pushes.paths.filter((path) => path === 'late/s/file').length, 2);
});

test.serial('with polling nothing is watched, and every change is found', async (t) => {
  const { root, write, remove } = await tempContext(t, 'd/file', 'd/gone');
  const { pushes } = await fed(t, root, { poll: true });
  await write('d/file', 'new');
  await remove('d/gone');
  await write('d/e/added');
  await pushes.until('d/file');
  await pushes.until('-d/gone');
  await pushes.until('d/e/added');
  t.pass();
});

test.serial(
  'at the limit of watches the user is told its number and how to raise it, and the rest is polled',
  async (t) => {
    const { root } = await tempContext(t, ...Array.from({ length: 8 }, (_, i) => `d${i}/file`));
    const { out, end } = await inNamespace(root, ['max_inotify_watches=4']);
    t.is(end, 0, out);
    const { notices, found } = JSON.parse(out);
    t.is(notices.length, 1);
    t.is(notices[0].code, 'watch-limit');
    t.regex(
      notices[0].message,
      /^The limit of 4 watched folders \(user.max_inotify_watches\) is reached. \d folders are/,
    );
    t.regex(notices[0].hint, /^Raise it: sudo sysctl user.max_inotify_watches=524288$/);
    t.deepEqual(
      found.sort(),
      Array.from({ length: 8 }, (_, i) => `d${i}/file`),
    );
  },
);

test.serial('without any watch everything is polled', async (t) => {
  const { root } = await tempContext(t, 'd0/file', 'd1/file');
  const { out, end } = await inNamespace(root, ['max_inotify_instances=0']);
  t.is(end, 0, out);
  const { notices, found } = JSON.parse(out);
  t.like(notices, [{ code: 'watch-limit' }]);
  t.deepEqual(found.sort(), ['d0/file', 'd1/file']);
});

function writeInto(root: string, path: string, content: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Follows a context in a process whose limits of watches are its own, and edits each `file` in it. */
async function inNamespace(root: string, limits: readonly string[]): Promise<{ out: string; end: unknown }> {
  const set = limits.map((limit) => limit.split('=')).map(([name, value]) => `echo ${value} > /proc/sys/user/${name}`);
  const program = join(import.meta.dirname, 'edit-followed.js');
  const script = [...set, `exec '${process.execPath}' '${program}' '${root}'`].join(' && ');
  const child = spawn('unshare', ['--user', '--map-root-user', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out, [end]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { out, end };
}

test('A context that goes and comes back is no deletion: only what differs is found, and it is followed again.', async (t) => {
  const context = await tempContext(t, 'kept', 'edited', 'deep/gone');
  const notices: string[] = [];
  let told: () => void = () => {};
  const { pushes } = await fed(t, context.root, {
    onNotice: ({ code }) => {
      notices.push(code);
      told();
    },
  });
  const absent = new Promise<void>((resolve) => {
    told = resolve;
  });
  await rename(context.root, `${context.root}.away`);
  t.teardown(() => rm(`${context.root}.away`, { recursive: true, force: true }));
  await absent;
  await writeFile(join(`${context.root}.away`, 'edited'), 'other');
  await rm(join(`${context.root}.away`, 'deep/gone'));
  await rename(`${context.root}.away`, context.root);
  await pushes.until('edited');
  t.deepEqual(pushes.paths, ['-deep/gone', 'edited']);
  await context.write('kept', 'edited after');
  await pushes.until('kept');
  t.deepEqual(notices, ['context-gone']);
});

test.serial('a folder that another one takes the place of is followed, with all below', async (t) => {
  const { root, write } = await tempContext(t, 'd/e/f', 'new/e/g');
  const { pushes } = await fed(t, root);
  await rename(join(root, 'd'), join(root, 'old'));
  await rename(join(root, 'new'), join(root, 'd'));
  await pushes.until('d/e/g');
  for (const path of ['d/1', 'd/e/2', 'd/3', 'd/e/4']) {
    await write(path);
    await pushes.until(path);
  }
  t.true(pushes.paths.includes('-d/e/f'));
});

test.serial('another folder in place of the whole context is followed', async (t) => {
  const { root } = await tempContext(t, 'a', 'b');
  const other = await tempContext(t, 'b', 'c');
  const { pushes } = await fed(t, root);
  await rename(root, join(other.root, 'old'));
  await rename(other.root, root);
  await pushes.until('c');
  for (const path of ['1', '2', '3']) {
    await writeFile(join(root, path), 'new');
    await pushes.until(path);
  }
  t.true(pushes.paths.includes('-a'));
});
