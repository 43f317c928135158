import { chmod } from 'node:fs/promises';
import test from 'ava';
import { imageOf, readProject } from '../../src/compose/project.js';
import { mainProcess } from '../../src/session/main-process.js';
import { docker } from '../helpers/docker-command.js';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject, nothing, type UpProject, until } from '../helpers/up-project.js';

/** Prints what it has read, its arguments and its user; ends with the code that it reads, if it is one. */
const main = `#!/bin/sh
trap 'echo "ends"; exit 0' USR1
trap 'echo "stays"' USR2
word=$(cat /app/word)
echo "run: $word: $*: $(id -u)"
case $word in [0-9]) exit "$word" ;; esac
trap 'exit 0' TERM
trap 'echo "told: $(cat /app/word)"' HUP
while :; do sleep 0.1; done
`;

const image = 'FROM busybox:1.37\nWORKDIR /app\nCOPY --chmod=755 main.sh .\nCOPY word .\n';

const compose = `
x-common: &common
  build: {context: ., dockerfile: Common}
  stop_grace_period: 20s
services:
  plain: {<<: *common}
  user: {<<: *common, user: "1234", init: true, command: 'main "a  b" "$$HOME" $$$$'}
  live: {<<: *common, build: {context: ., dockerfile: Live}, entrypoint: [/app/main.sh, from compose], command: [gone]}
  signal: {<<: *common, x-livepush: {restart: "signal:HUP"}}
  policy: {<<: *common, restart: on-failure}
  ends: {<<: *common, stop_signal: SIGUSR1}
  ends-box: {<<: *common, stop_signal: SIGUSR1, x-livepush: {restart: container}}
  stays: {<<: *common, stop_signal: SIGUSR2, stop_grace_period: 1s}
  stays-box: {<<: *common, stop_signal: SIGUSR2, stop_grace_period: 1s, x-livepush: {restart: container}}
`;

/** Services with a stop signal of their own. */
const stopped = ['ends', 'ends-box', 'stays', 'stays-box'];

let project: UpProject;
let up: UpProcess;

test.before(async () => {
  project = await makeUpProject({
    'compose.yaml': compose,
    Common: `${image}ENTRYPOINT ["/app/main.sh", "entry"]\nCMD ["main"]\n`,
    Live: `${image}#dev-cmd-live=["live"]\nCOPY word later\n`,
    'main.sh': main,
    word: 'one\n',
  });
  up = project.up();
  await up.wait('buildEnd');
  await up.wait('attached');
  await up.ready();
});
test.after.always(() => project?.remove());

/** The methods of the restarts of a service from a place of the story on. */
const methods = (service: string, since: number): string[] =>
  up.all('containerRestart', since).flatMap((event) => (event.service === service ? [event.method] : []));

/** Changes the word, and waits for the push to these services. */
async function push(word: string, ...services: string[]): Promise<number> {
  const since = up.mark();
  project.write('word', `${word}\n`);
  for (const service of services) await up.push(service, since);
  return since;
}

test.serial('a service that needs its container restarted is named at the start, with the reason', (t) => {
  const notes = up.all('diagnostic').filter(({ code }) => code === 'restart-by-container');
  const message = 'Pushes restart the container of service policy, not just its main process: its containers have a';
  t.deepEqual(
    notes.map((note) => note.message),
    [`${message} restart policy (on-failure).`],
  );
});

test.serial('services run what they would run without a supervisor, as their user', async (t) => {
  const first = { plain: 'entry main: 0', user: 'entry main a  b $HOME $$: 1234', live: 'from compose: 0' };
  for (const [service, text] of Object.entries(first)) {
    t.is((await up.logLine(service, /^run/, 0)).line, `run: one: ${text}`);
  }
});

test.serial('each service is restarted its own way', async (t) => {
  const before = await project.lives('plain');
  const since = await push('two', 'plain', 'user', 'policy', 'signal', ...stopped);
  for (const service of ['plain', 'user']) {
    t.deepEqual(methods(service, since), ['process'], service);
    t.truthy(await up.logLine(service, /^run: two/, since), service);
  }
  t.deepEqual(await project.lives('plain'), before);
  t.deepEqual(methods('policy', since), ['container']);
  t.deepEqual(methods('signal', since), ['signal']);
  t.is((await up.logLine('signal', /./, since)).line, 'told: two');
});

test.serial('a restart of either way asks with the stop signal, and kills after the grace period', async (t) => {
  for (const service of stopped) await up.logLine(service, /^run: two/, 0);
  const since = await push('three', ...stopped);
  for (const word of ['ends', 'stays']) {
    for (const [service, method] of [[word, 'process'] as const, [`${word}-box`, 'container'] as const]) {
      t.deepEqual(methods(service, since), [method], service);
      await up.logLine(service, /^run: three/, since);
      const lines = up.all('log', since).flatMap((event) => (event.service === service ? [event.line] : []));
      t.is(lines[0], word, service);
      const [end] = up.all('livepushEnd', since).filter((event) => event.service === service);
      if (word === 'stays') t.true((end?.phases?.restart ?? 0) >= 990, service);
    }
  }
});

test.serial('a process that crashes leaves its container up, and is started by the next push', async (t) => {
  const before = await project.lives('plain');
  await push('3', 'plain', 'live');
  const { containerId, exitCode } = await up.wait('processExit', { where: ({ service }) => service === 'plain' });
  t.is(before[0]?.id, containerId);
  t.is(exitCode, 3);
  t.deepEqual(await project.lives('plain'), before);

  const since = await push('mended', 'plain');
  t.truthy(await up.logLine('plain', /^run: mended/, since));
  t.deepEqual(methods('plain', since), ['process']);
  t.deepEqual(await project.lives('plain'), before);
});

test.serial('a service that somebody else restarts takes the next push', async (t) => {
  const { id } = await project.container('plain');
  const printed = (line: string, times: number) =>
    until(`${line} in the log`, async () => {
      const lines = (await docker('logs', id)).stdout.split('\n');
      return lines.filter((other) => other.startsWith(line)).length === times || undefined;
    });
  await docker('restart', id);
  await printed('run: mended', 2);
  const since = await push('again', 'plain');
  t.deepEqual(methods('plain', since), ['process']);
  t.true(await printed('run: again', 1));
});

test.serial('Ctrl-C stops the services in time, with the exit codes of their processes', async (t) => {
  const containers = await Promise.all(['plain', 'user', 'live'].map((service) => project.container(service)));
  t.is(await up.stop(), 130);
  for (const container of containers) t.like(await container.inspect(), { running: false, exitCode: 0 });
  t.deepEqual(await project.leftovers(), nothing);
});

test('hooks are run around a restart of the container, where compose runs them', async (t) => {
  const service = `
    build: .
    init: true
    stop_grace_period: 1s
    x-livepush: {restart: container}
    volumes: ["told:/told"]
    pre_stop: [{command: [sh, -c, 'echo "stop $$(cat /app/word) $$A" >> /told/stop'], environment: {A: "1"}}]
    post_start:
      - {command: [sh, -c, 'echo "start $$(cat /app/word) $$(pwd) $$(id -u)" > /told/start'], working_dir: /app, user: "7"}
      - {command: [sh, -c, 'grep one /app/word || { echo broken >&2; exit 3; }']}`;
  const made = await makeUpProject({
    'compose.yaml': `services:\n  web:${service}\nvolumes: {told: {}}\n`,
    Dockerfile: `${image.replace('COPY --chmod=755 main.sh .\n', 'RUN mkdir -m 777 /told\n')}CMD ["sleep", "600"]\n`,
    word: 'one\n',
    'bin/docker':
      '#!/bin/sh\ncase "$*" in *"version --short"*) echo 2.30.0; exit 0 ;; esac\nPATH=$REAL exec docker "$@"\n',
  });
  t.teardown(async () => {
    await made.remove();
    await docker('volume', 'rm', '--force', `${made.name}_told`);
  });
  await chmod(`${made.folder}/bin/docker`, 0o755);
  const { PATH = '' } = process.env;
  const session = made.up([], { env: { PATH: `${made.folder}/bin:${PATH}`, REAL: PATH } });
  await session.ready();
  const since = session.mark();
  made.write('word', 'two\n');
  t.is((await session.push('web', since)).outcome, 'done');
  t.is(await made.read('web', '/told/stop'), 'stop two 1\n');
  t.is(await made.read('web', '/told/start'), 'start two /app 7\n');
  const { message = '' } = session.all('diagnostic', since).find(({ code }) => code === 'hook-failed') ?? {};
  t.regex(message, /post_start hook .* ended with code 3\. It said: broken/);
  t.is(await session.stop(), 130);
});

test('the main process is worked out as the engine does it', async (t) => {
  const [said, unsaid] = ['ENTRYPOINT ["/e", "x y"]\nCMD c "$D"\n', 'CMD ["sleep", "1"]\n'];
  const entrypoints = ['', ', entrypoint: []', ', entrypoint: [own, "$$E"]'];
  const commands = ['', ', command: []', ', command: run "$$C  d"'];
  const services = ['said', 'unsaid'].flatMap((build) =>
    entrypoints.flatMap((entrypoint, e) =>
      commands.map((command, c) => `  ${build}-${e}-${c}: {image: lpm-${build}${entrypoint}${command}}\n`),
    ),
  );
  const made = await makeUpProject({ 'compose.yaml': `services:\n${services.join('')}` });
  t.teardown(() => made.remove());
  for (const [name, text] of [['said', said] as const, ['unsaid', unsaid] as const]) {
    made.write(`${name}/Dockerfile`, `FROM busybox:1.37\n${text}`);
    await docker('build', '--quiet', '--tag', `lpm-${name}`, `${made.folder}/${name}`);
    t.teardown(() => made.engine.removeImage(`lpm-${name}`));
  }
  const compose = (...args: string[]) =>
    docker('compose', '--project-directory', made.folder, '-p', made.name, ...args);
  const read = readProject((await compose('config')).stdout);
  t.is((await compose('create')).code, 0);
  const created = await docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${made.name}`);
  const format = '{{index .Config.Labels "com.docker.compose.service"}}\t{{.Path}}\t{{json .Args}}';
  const rows = (await docker('inspect', '--format', format, ...created.stdout.trim().split('\n'))).stdout.trim();
  const seen = rows.split('\n').map((row) => {
    const [name = '', path = '', args = ''] = row.split('\t');
    return [name, [path, ...JSON.parse(args)]] as const;
  });
  t.is(seen.length, services.length);
  for (const [name, argv] of seen) {
    const service = read.services.find((other) => other.name === name);
    const image = service && (await made.engine.inspectImage(imageOf(read, service)));
    t.deepEqual(service && image && mainProcess(service, image, { liveCommand: false }), argv, name);
  }
});
