import test from 'ava';
import { StepFailed } from '../../src/engine/operations/run.js';
import { makeWorld, type World } from './live-world.js';

const dirtyOf = ({ targets }: World, name: string) => {
  const dirty = targets.get(name)?.progress.dirty;
  return dirty && `${dirty.from}${dirty.full ? ' full' : ''}${dirty.restart ? ' restart' : ''}`;
};
const fileIn = ({ engine }: World, container: string, path: string) => {
  const file = engine.container(container).files.get(path);
  return file?.kind === 'file' ? file.content : undefined;
};

const TWO_STAGES = [
  'FROM busybox AS build',
  'COPY src /src',
  'RUN compile',
  'FROM busybox',
  'COPY etc /etc',
  'RUN setup',
  'COPY --from=build /out /app',
  'RUN last',
  'CMD app',
];

test('earlier stages come first, operations in the order of the steps, and the restart last', async (t) => {
  const world = await makeWorld(t, { dockerfile: TWO_STAGES }, 'src/a.c', 'etc/x');
  world.engine.container('stage 0').files.set('/out/app', { kind: 'file', content: 'old' });
  await world.context.write('src/a.c', 'new');
  await world.context.write('etc/x', 'new');
  const { log, failures } = await world.push();
  t.deepEqual(failures, []);
  t.deepEqual(log, [
    'stage 0 copies 2',
    'stage 0 runs compile',
    'stage 0 ended compile with 0',
    'app copies 2',
    'stage 1 runs setup',
    'stage 1 ended setup with 0',
    'app copies 1',
    'stage 1 runs last',
    'stage 1 ended last with 0',
    'app restarts',
  ]);
  t.is(fileIn(world, 'stage 0', '/src/a.c'), 'new');
  t.is(fileIn(world, 'app', '/etc/x'), 'new');
  t.is(fileIn(world, 'app', '/app/app'), 'old');
  t.is((await world.push()).log[0], 'nothing');
});

test('a failing command ends the push there, and the next one goes on from it', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', 'RUN first', 'RUN second', 'COPY b c /x/', 'CMD app'];
  const world = await makeWorld(t, { dockerfile }, 'a', 'b', 'c');
  world.behaviour.set('second', 3);
  await world.context.write('a', 'new');
  const { log, failures } = await world.push();
  t.deepEqual(log.slice(1), [
    'stage 0 runs first',
    'stage 0 ended first with 0',
    'stage 0 runs second',
    'stage 0 ended second with 3',
  ]);
  const { error } = failures[0] ?? {};
  t.true(error instanceof StepFailed && error.code === 3);
  t.is(dirtyOf(world, 'app'), '2 full restart');

  world.behaviour.delete('second');
  await world.context.write('b', 'new');
  const next = await world.push();
  t.deepEqual(next.log, ['stage 0 runs second', 'stage 0 ended second with 0', 'app copies 2', 'app restarts']);
  t.is(fileIn(world, 'app', '/x/c'), 'c');
  t.is(dirtyOf(world, 'app'), undefined);
});

test('a stage that fails holds back those that come after it', async (t) => {
  const world = await makeWorld(t, { dockerfile: TWO_STAGES }, 'src/a.c', 'etc/x');
  world.engine.container('stage 0').files.set('/out/app', { kind: 'file', content: 'old' });
  world.behaviour.set('compile', 1);
  await world.context.write('src/a.c', 'new');
  await world.context.write('etc/x', 'new');
  const { log } = await world.push();
  t.deepEqual(log, ['stage 0 copies 2', 'stage 0 runs compile', 'stage 0 ended compile with 1']);
  t.is(dirtyOf(world, 'stage 0'), '1 full');
  t.is(dirtyOf(world, 'app'), '0 restart');

  world.behaviour.delete('compile');
  const next = await world.push();
  t.is(next.log[1], 'stage 0 runs compile');
  t.is(next.log.at(-1), 'app restarts');
  t.is(fileIn(world, 'app', '/etc/x'), 'new');
});

test('replicas do not hold each other', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', 'RUN make', 'CMD app'];
  const world = await makeWorld(t, { dockerfile, replicas: ['app-1', 'app-2'] }, 'a');
  world.behaviour.set('app-1 make', 1);
  await world.context.write('a', 'new');
  const { log, failures } = await world.push();
  t.deepEqual(
    failures.map(({ target }) => target.name),
    ['app-1'],
  );
  t.is(dirtyOf(world, 'app-1'), '1 full restart');
  t.is(dirtyOf(world, 'app-2'), undefined);
  t.deepEqual(
    log.filter((line) => line.endsWith('restarts')),
    ['app-2 restarts'],
  );
  world.behaviour.clear();
  const next = await world.push();
  t.deepEqual(
    next.log.filter((line) => line.includes('restarts') || line.includes('copies')),
    ['app-1 copies 1', 'app-1 restarts'],
  );
});

test('a push that is cancelled ends its command, and the next one loses nothing', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', 'RUN make', 'COPY b c /x/', 'CMD app'];
  const world = await makeWorld(t, { dockerfile }, 'a', 'b', 'c');
  world.behaviour.set('make', 'hangs');
  await world.context.write('a', 'new');
  await world.context.write('c', 'new');
  const controller = new AbortController();
  const started = world.hanging();
  const cancelled = world.push(controller.signal);
  await started;
  controller.abort();
  const { log, failures } = await cancelled;
  t.deepEqual(log, ['app copies 1', 'stage 0 runs make']);
  t.is(failures.length, 1);
  t.is(dirtyOf(world, 'app'), '1 full restart');

  world.behaviour.clear();
  await world.context.write('b', 'new');
  const next = await world.push();
  t.is(next.log.at(-1), 'app restarts');
  t.true(next.log.includes('stage 0 ended make with 0'));
  t.is(fileIn(world, 'app', '/x/b'), 'new');
  t.is(fileIn(world, 'app', '/x/c'), 'new');
});

test('a push that is cancelled before it began has everything still to do', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', 'RUN make', 'CMD app'];
  const world = await makeWorld(t, { dockerfile }, 'a');
  await world.context.write('a', 'new');
  t.deepEqual((await world.push(AbortSignal.abort())).log, []);
  t.is(dirtyOf(world, 'app'), '0 restart');
  t.deepEqual((await world.push()).log.at(-1), 'app restarts');
  t.is(fileIn(world, 'app', '/a'), 'new');
});

test('a push that is overtaken when all its files are copied has nothing to copy again', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY src /src', 'COPY other /other', 'CMD app'];
  const world = await makeWorld(t, { dockerfile }, 'src/a', 'src/b', 'other/o');
  await world.context.write('src/a', 'new');
  const overtaken = new AbortController();
  const { log, failures } = await world.push(overtaken.signal, () => overtaken.abort());
  t.deepEqual(log, ['app copies 1']);
  t.is(failures.length, 1);

  await world.context.write('other/o', 'new');
  t.deepEqual((await world.push()).log, ['app copies 1', 'app restarts']);
  t.is(fileIn(world, 'app', '/src/a'), 'new');
  t.is(fileIn(world, 'app', '/other/o'), 'new');
});

test('the restart of a push that was overtaken is made up for by a change that needs none', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', '#dev-cmd-live=app', 'COPY pages /pages'];
  const world = await makeWorld(t, { dockerfile }, 'a', 'pages/p');
  await world.context.write('a', 'new');
  const overtaken = new AbortController();
  await world.push(overtaken.signal, () => overtaken.abort());
  await world.context.write('pages/p', 'new');
  t.deepEqual((await world.push()).log, ['app copies 1', 'app restarts']);
});

test('a push that only copies is done when it is overtaken after its last file', async (t) => {
  const dockerfile = ['FROM busybox', '#dev-cmd-live=app', 'COPY pages /pages'];
  const world = await makeWorld(t, { dockerfile }, 'pages/p', 'pages/q');
  await world.context.write('pages/p', 'new');
  const overtaken = new AbortController();
  const { failures } = await world.push(overtaken.signal, () => overtaken.abort());
  t.deepEqual(failures, []);
  await world.context.write('pages/q', 'new');
  t.deepEqual((await world.push()).log, ['app copies 1']);
});

test('a copy that was stopped twice after a command still writes everything', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', 'RUN make', 'COPY b c /x/', 'CMD app'];
  const world = await makeWorld(t, { dockerfile }, 'a', 'b', 'c');
  const controller = new AbortController();
  world.behaviour.set('make', 'hangs');
  await world.context.write('a', 'new');
  const started = world.hanging();
  const first = world.push(controller.signal);
  await started;
  controller.abort();
  await first;
  await world.push(AbortSignal.abort());
  world.behaviour.clear();
  await world.push();
  t.is(fileIn(world, 'app', '/x/b'), 'b');
});

test('a restart that a stopped push owes is made up for', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', '#dev-cmd-live=app', 'COPY pages /pages', '#dev-run=notify'];
  const world = await makeWorld(t, { dockerfile }, 'a', 'pages/p');
  world.behaviour.set('notify', 1);
  await world.context.write('a', 'new');
  t.false((await world.push()).log.includes('app restarts'));
  world.behaviour.clear();
  await world.context.write('pages/p', 'new');
  t.is((await world.push()).log.at(-1), 'app restarts');
  await world.context.write('pages/p', 'newer');
  t.false((await world.push()).log.includes('app restarts'));
});

test('a service that must not be restarted is not', async (t) => {
  const world = await makeWorld(t, { dockerfile: ['FROM busybox', 'COPY a /a', 'CMD app'], restart: false }, 'a');
  await world.context.write('a', 'new');
  t.deepEqual((await world.push()).log, ['app copies 1']);
});

test('a container that has stopped takes its files and is started', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', 'CMD app'];
  const world = await makeWorld(t, { dockerfile, restart: false, info: { running: false } }, 'a');
  await world.context.write('a', 'new');
  t.deepEqual((await world.push()).log, ['app copies 1', 'app restarts']);
  const calls = world.engine.calls.filter((call) => /^app (put|start)/.test(call));
  t.deepEqual(
    calls.map((call) => call.split(' ')[1]?.replace(':', '')),
    ['put', 'start'],
  );
});

test('removals come before writes', async (t) => {
  const world = await makeWorld(t, { dockerfile: ['FROM busybox', 'COPY src /app', 'CMD app'] }, 'src/a', 'src/b');
  await world.context.remove('src/a');
  await world.context.write('src/c');
  t.deepEqual((await world.push()).log, ['app removes 1', 'app copies 1', 'app restarts']);
});

test('a file that is gone before it is read fails the push at its step', async (t) => {
  const dockerfile = ['FROM busybox', 'COPY a /a', 'RUN make', 'COPY src /app', 'CMD app'];
  const world = await makeWorld(t, { dockerfile }, 'a', 'src/b', 'src/c');
  world.behaviour.set('make', async () => {
    await world.context.remove('src/b');
    return 0;
  });
  await world.context.write('a', 'new');
  const { failures } = await world.push();
  t.like(failures[0]?.error, { code: 'context-file' });
  t.is(dirtyOf(world, 'app'), '2 full restart');
  world.behaviour.clear();
  t.is((await world.push()).log.at(-1), 'app restarts');
  t.is(fileIn(world, 'app', '/app/c'), 'src/c');
});
