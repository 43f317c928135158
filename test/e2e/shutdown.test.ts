import { chmodSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import { runIn } from '../helpers/real-container.js';
import { run } from '../helpers/run.js';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject, nothing, type UpProject, until } from '../helpers/up-project.js';

const compose = 'services: {web: {build: ., init: true}}\n';

/** One stage, whose RUN takes a minute when a file says so. */
const slowStep = `FROM busybox:1.37
WORKDIR /app
COPY src/ src/
RUN if grep -q slow src/file; then echo begun; sleep 60; fi
CMD ["sleep", "600"]
`;

/** Two stages, with a volume in the first: its container has one without a name. */
const twoStages = `FROM busybox:1.37 AS build
WORKDIR /build
VOLUME /build/cache
COPY src/ src/
RUN if grep -q slow src/file; then echo begun; sleep 60; fi; cat src/* > out
FROM busybox:1.37
COPY --from=build /build/out /out
#dev-cmd-live=["sleep", "600"]
CMD ["sleep", "601"]
`;

async function project(t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<UpProject> {
  const made = await makeUpProject({ 'compose.yaml': compose, 'src/file': 'one\n', ...files });
  t.teardown(() => made.remove());
  return made;
}

/** The containers of earlier stages; others, to look at layers, are never started. */
async function stageContainers(made: UpProject) {
  const own = await made.engine.listContainers([`docker-livepush=${made.name}`]);
  return own.filter(({ state }) => state === 'running');
}

/** Pushes an edit through the first of two stages; its container is there after that. */
async function pushThroughStage(t: ExecutionContext, made: UpProject, up: UpProcess): Promise<void> {
  const since = up.mark();
  made.write('src/file', 'two\n');
  t.is((await up.push('web', since)).outcome, 'done');
  t.is(await made.read('web', '/out'), 'two\n');
  t.is((await stageContainers(made)).length, 1);
}

/** Whether the service's container is there, and stopped. */
async function isStopped(made: UpProject, service: string): Promise<boolean> {
  const [life] = await made.lives(service);
  return life?.running === false;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} stops the services, and removes all that the session made`, async (t) => {
    const made = await project(t, { Dockerfile: twoStages });
    const up = made.up();
    await up.ready();
    await pushThroughStage(t, made, up);
    const [stage] = await stageContainers(made);
    const { mounts } = await made.engine.container(stage?.id ?? '').inspect();
    const volumes = mounts.flatMap(({ type, source }) => (type === 'volume' ? [source.split('/').at(-2) ?? ''] : []));
    t.is(volumes.length, 2, 'its own, and ours');
    t.is((await docker('volume', 'inspect', ...volumes)).code, 0);

    t.is(await up.stop(signal), 130);
    t.like(up.events.at(-1), { type: 'stopped', reason: `interrupted by ${signal}` });
    t.deepEqual(await made.leftovers(), nothing);
    t.true(await isStopped(made, 'web'));
    t.not((await docker('volume', 'inspect', ...volumes)).code, 0);
    t.deepEqual([up.strayLines, up.stderr], [[], '']);
  });
}

test('Ctrl-C in the middle of a build ends it, and nothing has been started', async (t) => {
  const made = await project(t, { Dockerfile: slowStep, 'src/file': `slow ${Date.now()}\n` });
  const up = made.up([], { ownGroup: true });
  await up.wait('buildOutput', { where: ({ line }) => /^#\d+ [\d.]+ begun/.test(line) });
  const started = performance.now();
  up.pressCtrlC();
  t.is(await up.ended(), 130);
  t.true(performance.now() - started < 40_000);
  t.deepEqual(await made.leftovers(), nothing);
  t.deepEqual(await made.lives('web'), []);
  t.like(up.all('buildEnd'), [{ service: 'web', ok: false, cancelled: true }]);
});

test('Ctrl-C while the project is starting stops what has started', async (t) => {
  const made = await project(t, {
    Dockerfile: twoStages,
    'compose.yaml': `
services:
  web: {build: ., init: true, depends_on: {db: {condition: service_healthy}}}
  db: {image: "busybox:1.37", command: sleep 600, init: true, healthcheck: {test: "false", interval: 60s, retries: 9}}
`,
  });
  const up = made.up([], { ownGroup: true });
  await up.wait('buildEnd');
  await until('the first service to run', async () => (await made.lives('db'))[0]?.running || undefined);
  const started = performance.now();
  up.pressCtrlC();
  t.is(await up.ended(), 130);
  t.true(performance.now() - started < 40_000);
  t.deepEqual(await made.leftovers(), nothing);
  t.true(await isStopped(made, 'db'));
  t.deepEqual([up.all('ready'), up.stderr], [[], '']);
});

test('Ctrl-C at the start of a build ends it, and nothing has been started', async (t) => {
  const made = await project(t, { Dockerfile: slowStep });
  const up = made.up();
  await up.wait('buildStart');
  t.is(await up.stop(), 130);
  t.deepEqual(await made.leftovers(), nothing);
  t.is(up.stderr, '');
});

test('Ctrl-C in the middle of a pushed command ends the command, and the containers stay when they are to', async (t) => {
  const made = await project(t, { Dockerfile: slowStep });
  const up = made.up(['--keep'], { ownGroup: true });
  await up.ready();
  made.write('src/file', 'slow\n');
  await up.wait('commandOutput', { where: ({ data }) => data.includes('begun') });
  const started = performance.now();
  up.pressCtrlC();
  t.is(await up.ended(), 130);
  t.true(performance.now() - started < 40_000);
  const { stdout } = await runIn(await made.container('web'), ['ps', '-o', 'args']);
  t.regex(stdout, /^sleep 600$/m);
  t.notRegex(stdout, /^sleep 60$/m);
  t.like(up.all('livepushEnd'), [{ outcome: 'cancelled' }]);
  t.deepEqual(await made.leftovers(), { ...nothing, running: [`${made.name}-web-1`] });
});

test('Ctrl-C in the middle of a command of an earlier stage removes its container', async (t) => {
  const made = await project(t, { Dockerfile: twoStages });
  const up = made.up();
  await up.ready();
  made.write('src/file', 'slow\n');
  await up.wait('commandOutput', { where: ({ data }) => data.includes('begun') });
  const started = performance.now();
  t.is(await up.stop(), 130);
  t.true(performance.now() - started < 40_000);
  t.deepEqual(await made.leftovers(), nothing);
  t.true(await isStopped(made, 'web'));
});

test('a second Ctrl-C ends at once', async (t) => {
  const trap = `trap 'echo told' TERM; while :; do sleep 1; done`;
  const made = await project(t, {
    Dockerfile: `FROM busybox:1.37\nCOPY src/ src/\nCMD ${trap}\n`,
    'compose.yaml': 'services: {web: {build: ., stop_grace_period: 120s}}\n',
  });
  const up = made.up();
  await up.ready();
  const { id } = await made.container('web');
  up.signal('SIGINT');
  await until('the service to be told', async () => (await docker('logs', id)).stdout.includes('told') || undefined);
  const started = performance.now();
  t.is(await up.stop(), 130);
  t.true(performance.now() - started < 1_500);
  t.true((await made.lives('web'))[0]?.running);
});

test('Ctrl-C ends a session whose compose command hangs, and the command with all that it has started', async (t) => {
  const made = await project(t, { Dockerfile: slowStep });
  const mark = `3${process.pid}`;
  const real = (await run('sh', ['-c', 'command -v docker'])).trim();
  made.write(
    'bin/docker',
    `#!/bin/sh\ncase "$*" in *config*) setsid sleep ${mark} & wait;; *) exec ${real} "$@";; esac\n`,
  );
  chmodSync(`${made.folder}/bin/docker`, 0o755);
  const env = { PATH: `${made.folder}/bin:${process.env.PATH}` };
  const hangs = () => run('pgrep', ['-fx', `sleep ${mark}`]).catch(() => undefined);
  for (const command of ['up', 'watch', 'down']) {
    const up = made.up([], { env, command });
    await until('the command to hang', hangs);
    t.is(await up.stop(), 130, command);
    t.is(await hangs(), undefined, command);
  }
});

test('Ctrl-C ends a session although a container is paused in the middle of a pushed command', async (t) => {
  const made = await project(t, { Dockerfile: slowStep });
  const up = made.up(['--keep']);
  await up.ready();
  made.write('src/file', 'slow\n');
  await up.wait('commandOutput', { where: ({ data }) => data.includes('begun') });
  for (const { id } of await stageContainers(made)) t.is((await docker('pause', id)).code, 0);
  t.is(await up.stop(), 130);
  t.like(up.all('livepushEnd'), [{ outcome: 'cancelled' }]);
  t.deepEqual(await made.leftovers(), { ...nothing, running: [`${made.name}-web-1`] });
});

test('what a killed session has left is removed by the next one', async (t) => {
  const made = await project(t, { Dockerfile: twoStages });
  const killed = made.up();
  await killed.ready();
  await pushThroughStage(t, made, killed);
  t.is(await killed.stop('SIGKILL'), 'SIGKILL');
  const left = await made.leftovers();
  t.not(left.containers.length, 0);
  t.not(left.images.length, 0);
  t.is(left.tempFiles.length, 1);

  const up = made.up();
  await up.ready();
  const here = await made.leftovers();
  t.deepEqual(
    here.containers.filter((name) => left.containers.includes(name)),
    [],
  );
  t.is(await made.read('web', '/out'), 'two\n');
  const since = up.mark();
  made.write('src/file', 'three\n');
  t.is((await up.push('web', since)).outcome, 'done');
  t.is(await made.read('web', '/out'), 'three\n');
  t.is(await up.stop(), 130);
  t.deepEqual(await made.leftovers(), nothing);
});

test('with --keep the services run on, and the next session takes them as they are', async (t) => {
  const made = await project(t, { Dockerfile: twoStages });
  const kept = made.up(['--keep']);
  await kept.ready();
  await pushThroughStage(t, made, kept);
  t.is(await kept.stop(), 130);
  const { images, ...left } = await made.leftovers();
  t.deepEqual(left, { containers: [], tempFiles: [], locks: [], notes: [], running: [`${made.name}-web-1`] });
  // The image that the container runs keeps its name.
  t.deepEqual(images, [`docker-livepush/${made.name}/web:live`]);

  const up = made.up();
  await up.ready();
  t.is(await made.read('web', '/out'), 'two\n');
  t.is(await up.stop(), 130);
  t.deepEqual(await made.leftovers(), nothing);
});

test('two projects at once keep to themselves, and neither takes a second session', async (t) => {
  const [one, two] = await Promise.all([
    project(t, { Dockerfile: twoStages }),
    project(t, { Dockerfile: twoStages, 'src/file': 'first\n' }),
  ]);
  const [upOne, upTwo] = [one.up(), two.up()];
  await Promise.all([upOne.ready(), upTwo.ready()]);
  await Promise.all([pushThroughStage(t, one, upOne), pushThroughStage(t, two, upTwo)]);

  const second = one.up(['--no-build']);
  t.is(await second.ended(), 1);
  t.like(second.all('diagnostic').at(-1), { severity: 'error', code: 'project-held' });
  t.true(second.stderr.includes(`is held by \`docker livepush up\`, process ${upOne.pid}, since `), second.stderr);

  t.is(await upOne.stop(), 130);
  t.deepEqual(await one.leftovers(), nothing);
  t.is((await stageContainers(two)).length, 1);
  const since = upTwo.mark();
  two.write('src/file', 'second\n');
  t.is((await upTwo.push('web', since)).outcome, 'done');
  t.is(await two.read('web', '/out'), 'second\n');
  t.is(await one.read('web', '/out'), 'two\n');
  t.is(upOne.all('livepushStart').length, 1);
  t.is(await upTwo.stop(), 130);
  t.deepEqual(await two.leftovers(), nothing);
});

test('services that get no pushes are started and stopped all the same', async (t) => {
  const made = await project(t, {
    Dockerfile: slowStep,
    'compose.yaml': 'services: {web: {build: ., init: true}, other: {build: ., init: true}}\n',
  });
  const up = made.up(['-s', 'web']);
  t.deepEqual((await up.ready()).services, ['web']);
  const since = up.mark();
  made.write('src/file', 'two\n');
  t.is((await up.push('web', since)).outcome, 'done');
  t.is(await made.read('web', '/app/src/file'), 'two\n');
  t.is(await made.read('other', '/app/src/file'), 'one\n');
  t.true((await made.lives('other'))[0]?.running);
  t.is(await up.stop(), 130);
  t.true((await isStopped(made, 'web')) && (await isStopped(made, 'other')));
  t.deepEqual(await made.leftovers(), nothing);
});
