import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import type { LivepushError } from '../../../src/errors.js';
import { type LockHolder, readHolder } from '../../../src/session/lock/lock-holder.js';
import { holderOf, lockProject } from '../../../src/session/lock/project-lock.js';
import { RecordingEngine } from '../../helpers/recording-engine.js';

const lock = (engine: RecordingEngine, command: string, project = 'shop') =>
  lockProject({ engine, undo: engine, project }, command);

/** Changes what all locks say of their holders. */
function rewrite({ volumes }: RecordingEngine, change: Partial<LockHolder>): void {
  for (const [name, { labels }] of volumes) {
    const holder = JSON.stringify({ ...readHolder(labels), ...change });
    volumes.set(name, { name, labels: { ...labels, 'docker-livepush.holder': holder } });
  }
}

/** The number of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'close');
  return child.pid ?? 0;
}

test('a second session is told who holds the project', async (t) => {
  const engine = new RecordingEngine();
  const release = await lock(engine, 'up');
  const [name = ''] = engine.volumes.keys();
  const error = await t.throwsAsync<LivepushError>(lock(engine, 'watch'), { code: 'project-held' });
  t.regex(error.message, new RegExp(`^Project shop is held by .docker livepush up., process ${process.pid}, since 20`));
  t.true(error.hint?.includes(`kill ${process.pid}) to start another`));
  t.like(await holderOf(engine, 'shop'), { pid: process.pid, command: 'up' });
  t.deepEqual([...engine.volumes.keys()], [name]);
  await release();
  t.is(await holderOf(engine, 'shop'), undefined);
  t.is(engine.volumes.size, 0);
  await (await lock(engine, 'watch'))();
});

test('a second session is told to wait for a command that ends by itself', async (t) => {
  const engine = new RecordingEngine();
  const release = await lock(engine, 'down');
  const error = await t.throwsAsync<LivepushError>(lock(engine, 'up'), { code: 'project-held' });
  t.regex(error.hint ?? '', /^Try again when it has ended, or give this one a name of its own with -p\./);
  await release();
});

test('other projects and other engines are free', async (t) => {
  const engine = new RecordingEngine();
  const all = [lock(engine, 'up'), lock(engine, 'up', 'shop-2'), lock(new RecordingEngine(), 'up')];
  const releases = await Promise.all(all);
  t.is(engine.volumes.size, 2);
  await Promise.all(releases.map((release) => release()));
});

test('a lock whose process is gone is taken over', async (t) => {
  const engine = new RecordingEngine();
  await lock(engine, 'up');
  rewrite(engine, { pid: await deadPid() });
  t.is(await holderOf(engine, 'shop'), undefined);
  const release = await lock(engine, 'push');
  t.like(await holderOf(engine, 'shop'), { pid: process.pid, command: 'push' });
  await release();
  t.is(engine.volumes.size, 0);
});

test('a lock whose process number another process has by now is taken over', async (t) => {
  const engine = new RecordingEngine();
  await lock(engine, 'up');
  rewrite(engine, { start: 'the day before' });
  await (await lock(engine, 'up'))();
  t.is(engine.volumes.size, 0);
});

test('a lock with nothing in it that can be read is taken over', async (t) => {
  const engine = new RecordingEngine();
  const labels = { 'docker-livepush.lock': 'shop', 'docker-livepush.holder': '{' };
  await engine.createVolume({ name: 'left', labels });
  await (await lock(engine, 'up'))();
  t.is(engine.volumes.size, 0);
});

test('a process that cannot be seen from here holds the project as long as it answers', async (t) => {
  const engine = new RecordingEngine();
  const release = await lock(engine, 'up');
  rewrite(engine, { place: 'another machine', host: 'build-box', pid: 7 });
  const error = await t.throwsAsync<LivepushError>(lock(engine, 'watch'), { code: 'project-held' });
  t.regex(error.message, /, process 7 on build-box, since 20/);
  t.true(error.hint?.includes('End it (Ctrl-C there) to start another'), error.hint);
  t.is(engine.volumes.size, 1);
  t.like(await holderOf(engine, 'shop'), { pid: 7 });
  await release();
});

test('a lock of a process that cannot be seen from here and does not answer is taken over', async (t) => {
  const engine = new RecordingEngine();
  const release = await lock(engine, 'up');
  const [left] = engine.volumes.values();
  await release();
  await engine.createVolume({ name: left?.name ?? '', labels: left?.labels ?? {} });
  rewrite(engine, { place: 'another machine' });
  await (await lock(engine, 'up'))();
  t.is(engine.volumes.size, 0);
});

test('of many that find a stale lock just one takes it over', async (t) => {
  const engine = new RecordingEngine();
  for (let round = 0; round < 5; round++) {
    await lock(engine, 'up');
    rewrite(engine, { start: 'the day before' });
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lock(engine, 'up')));
    const taken = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    t.is(taken.length, 1);
    t.is(engine.volumes.size, 1);
    for (const release of taken) await release();
  }
});

test('a lock that cannot be looked at is let go of', async (t) => {
  let calls = 0;
  const engine = new RecordingEngine({
    before: (call) => {
      if (call.startsWith('list volumes') && calls++ === 0) throw new Error('not now');
    },
  });
  await t.throwsAsync(lock(engine, 'up'), { message: 'not now' });
  t.is(engine.volumes.size, 0);
});
