import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { LivepushError } from '../../src/errors.js';
import { holderOf, type LockSubject, lockProject } from '../../src/session/project-lock.js';

async function subjectOf(t: ExecutionContext): Promise<LockSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-lock-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return { folder, engineId: 'one', project: 'shop' };
}

/** Changes what the only lock file says. */
async function rewrite({ folder }: LockSubject, change: Readonly<Record<string, unknown>>): Promise<void> {
  const [name = ''] = await readdir(folder);
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...change }));
}

/** The number of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'close');
  return child.pid ?? 0;
}

test('a second session is told who holds the project', async (t) => {
  const subject = await subjectOf(t);
  const release = await lockProject(subject, 'up');
  const error = await t.throwsAsync(lockProject(subject, 'watch'), { code: 'project-held' });
  t.regex(error.message, new RegExp(`^Project shop is held by .docker livepush up., process ${process.pid}, since 20`));
  t.like(await holderOf(subject), { pid: process.pid, command: 'up' });
  await release();
  t.is(await holderOf(subject), undefined);
  t.deepEqual(await readdir(subject.folder), []);
  await (await lockProject(subject, 'watch'))();
});

test('a second session is told to wait for a command that ends by itself', async (t) => {
  const subject = await subjectOf(t);
  const release = await lockProject(subject, 'down');
  const error = await t.throwsAsync<LivepushError>(lockProject(subject, 'up'), { code: 'project-held' });
  t.regex(error.hint ?? '', /^Try again when it has ended, or give this one a name of its own with -p\./);
  await release();
});

test('other projects and other engines are free', async (t) => {
  const subject = await subjectOf(t);
  const all = [subject, { ...subject, project: 'shop-2' }, { ...subject, engineId: 'two' }];
  const releases = await Promise.all(all.map((each) => lockProject(each, 'up')));
  t.is((await readdir(subject.folder)).length, 3);
  await Promise.all(releases.map((release) => release()));
});

test('a lock whose process is gone is taken over', async (t) => {
  const subject = await subjectOf(t);
  await lockProject(subject, 'up');
  await rewrite(subject, { pid: await deadPid() });
  const release = await lockProject(subject, 'push');
  t.like(await holderOf(subject), { pid: process.pid, command: 'push' });
  await release();
});

test('a lock whose process number another process has by now is taken over', async (t) => {
  const subject = await subjectOf(t);
  await lockProject(subject, 'up');
  await rewrite(subject, { start: 'the day before' });
  const release = await lockProject(subject, 'up');
  await release();
  t.deepEqual(await readdir(subject.folder), []);
});

test('a lock file with nothing in it that can be read is taken over', async (t) => {
  const subject = await subjectOf(t);
  await lockProject(subject, 'up');
  const [name = ''] = await readdir(subject.folder);
  await writeFile(join(subject.folder, name), '');
  t.notThrows(await lockProject(subject, 'up'));
});

test('of many that find a stale lock just one takes it over', async (t) => {
  const subject = await subjectOf(t);
  for (let round = 0; round < 10; round++) {
    const left = await lockProject(subject, 'up');
    await rewrite(subject, { start: 'the day before' });
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockProject(subject, 'up')));
    t.is(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    await left();
  }
});
