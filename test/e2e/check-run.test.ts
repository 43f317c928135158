import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import { writeTree } from '../helpers/write-tree.js';

const main = join(process.cwd(), 'dist-test/src/cli/main.js');

interface Checked {
  readonly code: number | null;
  readonly diagnostics: readonly { code: string; service: string | null; message: string; details?: string[] }[];
  readonly stderr: string;
}

async function project(t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'livepush-check-')));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeTree(folder, files);
  return folder;
}

/** Starts `check` in a folder; `ended` gives its report. */
function start(cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [main, 'check', '--format', 'json', ...args], { cwd });
  const ended = async (): Promise<Checked> => {
    const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
    return { code, stderr, diagnostics: stdout === '' ? [] : JSON.parse(stdout).diagnostics };
  };
  return { child, ended: ended() };
}

/** Waits until compose has a container of the folder's project. */
async function hasContainer(folder: string): Promise<void> {
  const label = `label=com.docker.compose.project.working_dir=${folder}`;
  const child = spawn('docker', ['events', '--since', '1h', '--filter', label, '--filter', 'event=start']);
  await once(child.stdout, 'data');
  child.kill();
}

const containersOf = async (folder: string): Promise<string> =>
  (await docker('ps', '-aq', '--filter', `label=com.docker.compose.project.working_dir=${folder}`)).stdout;

/** Names of all that a check may leave in the engine. */
async function leftovers(): Promise<string[]> {
  const lists = await Promise.all([
    docker('image', 'ls', '--format', '{{.Repository}}'),
    docker('network', 'ls', '--format', '{{.Name}}'),
    docker('volume', 'ls', '--format', '{{.Name}}'),
  ]);
  return lists.flatMap(({ stdout }) => stdout.split('\n')).filter((name) => name.includes('livepush-check-'));
}

test.before(async (t) => {
  t.deepEqual(await leftovers(), []);
});

test.after.always('nothing is left in the engine', async (t) => {
  t.deepEqual(await leftovers(), []);
});

const live = 'FROM busybox:1.37\nCOPY before /d/\n#dev-cmd-live=["sleep", "600"]\nCOPY after /d/\n';

test('a sound project is built, started, pushed into and removed, beside what it would clash with', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const precious = `precious-${process.pid}`;
  await docker('volume', 'create', precious);
  await docker('run', '-d', '--name', precious, 'busybox:1.37', 'sleep', '600');
  t.teardown(async () => {
    await docker('rm', '-f', precious);
    await docker('volume', 'rm', precious);
    await docker('image', 'rm', precious);
  });
  await docker('tag', 'busybox:1.37', precious);
  const before = (await docker('image', 'inspect', '-f', '{{.Id}}', precious)).stdout;
  const compose = [
    'services:',
    '  web:',
    '    build: .',
    '    init: true',
    `    image: ${precious}`,
    `    container_name: ${precious}`,
    `    ports: ["127.0.0.1:${port}:80"]`,
    `    volumes: [data:/data]`,
    '    healthcheck: {test: [CMD, "true"], interval: 1s}',
    '    depends_on: {job: {condition: service_completed_successfully}}',
    `  job: {image: ${precious}, command: "true"}`,
    '  plain: {build: {context: ., dockerfile: Plain}, init: true}',
    `volumes: {data: {name: ${precious}}}`,
  ];
  const files = { 'compose.yaml': compose.join('\n'), Dockerfile: live, before: 'b', after: 'a' };
  const Plain = 'FROM busybox:1.37\nCOPY before /d/\nRUN cp /d/before /d/made\nCMD ["sleep", "600"]\n';
  const folder = await project(t, { ...files, Plain });
  const { code, diagnostics, stderr } = await start(folder, '--run').ended;
  t.deepEqual([code, diagnostics, stderr], [0, [], '']);
  t.is(await containersOf(folder), '');
  t.is((await docker('image', 'inspect', '-f', '{{.Id}}', precious)).stdout, before);
  t.is((await docker('volume', 'inspect', '-f', '{{.Name}}', precious)).stdout.trim(), precious);
  t.is((await docker('inspect', '-f', '{{.State.Running}}', precious)).stdout.trim(), 'true');
});

test('a command that fails when it runs again is found with its output', async (t) => {
  const Dockerfile = [
    'FROM busybox:1.37',
    'COPY one two /d/',
    'WORKDIR /d',
    // nothing that the files alone give away
    'RUN if test -e /marker; then echo twice; exit 7; fi; touch /marker',
    'CMD ["sleep", "600"]',
  ];
  const files = { 'compose.yaml': 'services: {web: {build: ., init: true}}\n', one: '1', two: '2' };
  const folder = await project(t, { ...files, Dockerfile: Dockerfile.join('\n') });
  const { code, diagnostics } = await start(folder, '--run').ended;
  t.is(code, 1);
  t.like(diagnostics, [{ code: 'push-failed', service: 'web', file: 'Dockerfile' }]);
  t.regex(diagnostics[0]?.message ?? '', /ended with code 7/);
  t.true(diagnostics[0]?.details?.includes('twice'));
  t.is(await containersOf(folder), '');
});

test('a live command that ends is found with the last lines of its output', async (t) => {
  const Dockerfile = 'FROM busybox:1.37\nCOPY one /d/\n#dev-cmd-live=["sh", "-c", "echo no config; exit 3"]\n';
  const folder = await project(t, { 'compose.yaml': 'services: {web: {build: .}}\n', one: '1', Dockerfile });
  const { code, diagnostics } = await start(folder, '--run').ended;
  t.is(code, 1);
  t.like(diagnostics, [{ code: 'service-ended', service: 'web', file: 'Dockerfile', line: 3, details: ['no config'] }]);
  t.regex(diagnostics[0]?.message ?? '', /code 3/);
  t.is(await containersOf(folder), '');
});

test('a build that fails is found with its output', async (t) => {
  const Dockerfile = 'FROM busybox:1.37\nCOPY one /d/\nRUN echo compiling && exit 4\n';
  const folder = await project(t, { 'compose.yaml': 'services: {web: {build: .}}\n', one: '1', Dockerfile });
  const { code, diagnostics } = await start(folder, '--build').ended;
  t.is(code, 1);
  t.like(diagnostics, [{ code: 'build-failed', service: 'web', file: 'Dockerfile' }]);
  t.regex(diagnostics[0]?.details?.join('\n') ?? '', /compiling/);
});

const sleeping = {
  'compose.yaml': 'services: {web: {build: ., healthcheck: {test: [CMD, "false"], interval: 1h, start_period: 1h}}}\n',
  Dockerfile: live,
  before: 'b',
  after: 'a',
};

test('Ctrl-C removes everything', async (t) => {
  const folder = await project(t, sleeping);
  const { child, ended } = start(folder, '--run');
  await hasContainer(folder);
  child.kill('SIGINT');
  t.is((await ended).code, 130);
  t.is(await containersOf(folder), '');
});

test('a project that takes too long is given up and removed', async (t) => {
  const folder = await project(t, sleeping);
  const { code, diagnostics } = await start(folder, '--run', '--timeout', '12').ended;
  t.is(code, 1);
  t.like(diagnostics, [{ code: 'timed-out' }]);
  t.is(await containersOf(folder), '');
});

test('an engine that is not there leaves the report of the files', async (t) => {
  const Dockerfile = 'FROM busybox:1.37\nCOPY one /d/\nRUN mkdir /x\n';
  const folder = await project(t, { 'compose.yaml': 'services: {web: {build: .}}\n', one: '1', Dockerfile });
  const { code, diagnostics, stderr } = await start(folder, '--run', '-H', 'unix:///nowhere/docker.sock').ended;
  t.is(code, 3);
  t.like(diagnostics, [{ code: 'run-not-repeatable' }]);
  t.regex(stderr, /^error: .*\n(cause: .*\n)?hint: /);
});
