import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { loadProject } from '../../src/compose/load-project.js';
import { locateContainers } from '../../src/compose/locate.js';
import { sharedImageOf } from '../../src/compose/project.js';
import { writeOverride } from '../../src/compose/write-override.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { connectFor, makeProject, type TempProject } from './compose-temp-project.js';

const liveText = 'FROM busybox:1.37 AS one\nRUN true\nFROM one\nCMD ["sleep", "1001"]\n';

/** The override of one service with a live command. */
async function writeLive({ cli }: TempProject) {
  const { project, builds } = await loadProject(cli());
  const services = builds.map(({ service, spec }) => {
    const { dockerfile } = parseDockerfile(liveText, 'Dockerfile');
    const names = { service: service.name, platform: undefined, sharedImage: sharedImageOf(project, service) };
    const live = { live: true, liveCommand: true, target: undefined, ownIgnoreText: undefined };
    return {
      ...names,
      ...live,
      spec,
      dockerfile,
      stages: [0],
      bases: [{ ref: 'busybox:1.37' }],
      lower: [],
      sources: [],
    };
  });
  return writeOverride({ project: project.name, tmpdir: tmpdir(), owner: String(process.pid) }, services);
}

test('The live command wins over the compose file, in every replica; stop and down end them.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  web:
    build: {dockerfile_inline: "FROM busybox:1.37\\nCMD sleep 5\\n"}
    image: lpc-user/live:v1
    command: sleep 1002
    pull_policy: always
    init: true
    scale: 2
  other: {image: busybox:1.37, command: sleep 1003, init: true}
`,
  });
  const engine = await connectFor(t, project);
  const override = await writeLive(project);
  t.teardown(override.dispose);
  const cli = project.cli({ env: { ...process.env, COMPOSE_PROFILES: '*' } });
  const helpers = override.override.helpers.map(({ name }) => name);
  await cli.build({ overrides: [override.buildFile], services: ['web', ...helpers] });
  const lines: string[] = [];
  await cli.up({ overrides: [override.upFile], noBuild: true, onLine: (line) => lines.push(line) });

  t.true(lines.some((line) => line.includes(`${project.name}-web-2`)));
  const found = await locateContainers(engine, project.name, 'web');
  t.deepEqual(
    found.map(({ name }) => name),
    [`${project.name}-web-1`, `${project.name}-web-2`],
  );
  for (const { id } of found) {
    const process = await engine.container(id).exec({ argv: ['ps', '-o', 'args'] });
    t.regex(await text(process.stdout), /^sleep 1001$/m);
  }
  const all = await engine.listContainers([`com.docker.compose.project=${project.name}`]);
  t.is(all.length, 3);
  t.is(await engine.inspectImage('lpc-user/live:v1'), undefined);

  await cli.stop({ overrides: [override.upFile], services: ['web'], timeout: 1 });
  const states = Object.fromEntries((await cli.ps()).map(({ name, state }) => [name.split('-').at(-2), state]));
  t.deepEqual(states, { web: 'exited', other: 'running' });
  await cli.down({ overrides: [override.upFile], timeout: 0 });
  t.deepEqual(await engine.listContainers([`com.docker.compose.project=${project.name}`]), []);
});

test("A live service's own image is still there for a service that runs it without building it.", async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  web: {build: {dockerfile_inline: "FROM busybox:1.37\\nCMD sleep 1002\\n"}, image: lpc-user/both:v1, init: true}
  worker: {image: "lpc-user/both:v1", init: true}
`,
  });
  const engine = await connectFor(t, project);
  const override = await writeLive(project);
  t.teardown(override.dispose);
  const cli = project.cli();
  const helpers = override.override.helpers.map(({ name }) => name);
  await cli.build({ overrides: [override.buildFile], services: ['web', ...helpers] });
  await cli.up({ overrides: [override.upFile], noBuild: true });
  for (const [service, command] of [
    ['web', 'sleep 1001'],
    ['worker', 'sleep 1002'],
  ] as const) {
    const [container] = await locateContainers(engine, project.name, service);
    const process = await engine.container(container?.id ?? '').exec({ argv: ['ps', '-o', 'args'] });
    t.true((await text(process.stdout)).includes(command), service);
  }
  await cli.down({ timeout: 0 });
});

test('One service can be made anew without those that it depends on.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  web: {image: busybox:1.37, command: sleep 1001, init: true, depends_on: [db]}
  db: {image: busybox:1.37, command: sleep 1001, init: true}
`,
  });
  const engine = await connectFor(t, project);
  const cli = project.cli();
  const ids = async () => {
    const found = await engine.listContainers([`com.docker.compose.project=${project.name}`]);
    return Object.fromEntries(found.map(({ id, labels }) => [labels['com.docker.compose.service'], id]));
  };
  await cli.up({ services: ['web'] });
  const before = await ids();
  await cli.up({ services: ['web'], noDeps: true, forceRecreate: true });
  const after = await ids();
  t.is(after.db, before.db);
  t.not(after.web, before.web);
  await cli.down({ timeout: 0, volumes: true, removeOrphans: true });
});

test('A project that does not start says why, without the lines of progress.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': 'services: {web: {image: "lpc-nothing:v1", pull_policy: never}}\n',
  });
  await connectFor(t, project);
  const error = await t.throwsAsync(project.cli().up({}), { code: 'up-failed' });
  t.regex(
    error?.message ?? '',
    /^The project did not start: Error response from daemon: No such image: lpc-nothing:v1\.$/,
  );
  await project.cli().down({});
});

test('A start that waits for a health check can be cancelled.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  web: {image: busybox:1.37, command: sleep 1001, init: true, depends_on: {db: {condition: service_healthy}}}
  db: {image: busybox:1.37, command: sleep 1001, init: true, healthcheck: {test: "false", interval: 60s, retries: 9}}
`,
  });
  const engine = await connectFor(t, project);
  const abort = new AbortController();
  const up = project.cli().up({ signal: abort.signal });
  const isUp = async () => (await locateContainers(engine, project.name, 'db'))[0]?.state === 'running';
  while (!(await isUp())) await delay(100);
  abort.abort(new Error('enough'));
  const start = performance.now();
  await t.throwsAsync(up, { message: 'enough' });
  t.true(performance.now() - start < 9_000);
  await project.cli().down({ timeout: 0 });
});
