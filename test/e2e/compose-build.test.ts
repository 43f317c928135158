import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import test from 'ava';
import type { LiveService } from '../../src/compose/live-service.js';
import { loadProject } from '../../src/compose/load-project.js';
import { sharedImageOf } from '../../src/compose/project.js';
import { type WrittenOverride, writeOverride } from '../../src/compose/write-override.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { LivepushError } from '../../src/errors.js';
import { docker } from '../helpers/docker-command.js';
import { until } from '../helpers/up-project.js';
import { connectFor, makeProject, readInImage, type TempProject } from './compose-temp-project.js';

type Wanted = Record<string, Partial<Omit<LiveService, 'dockerfile'>> & { readonly text?: string }>;

/** The override of the services named in `wanted`; `text` is the live Dockerfile. */
async function writeFor({ cli }: TempProject, wanted: Wanted): Promise<WrittenOverride> {
  const { project, builds } = await loadProject(cli());
  const services = builds.flatMap(({ service, spec, dockerfileText, ignoreText, ignoreIsOwn }): LiveService[] => {
    const { text, ...rest } = wanted[service.name] ?? {};
    const { dockerfile } = parseDockerfile(text ?? dockerfileText, 'Dockerfile');
    const ownIgnoreText = ignoreIsOwn ? ignoreText : undefined;
    const plain = {
      live: text !== undefined,
      target: undefined,
      liveCommand: false,
      stages: [],
      bases: [],
      lower: [],
      sources: [],
    };
    const names = { service: service.name, platform: service.platform, sharedImage: sharedImageOf(project, service) };
    return [{ ...plain, ...names, spec, dockerfile, ownIgnoreText, ...rest }];
  });
  return writeOverride({ project: project.name, tmpdir: tmpdir(), owner: String(process.pid) }, services);
}

test('A live image, its stages and their base images are built in one go.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  web:
    image: lpc-user/web:v1
    build:
      context: app
      dockerfile: ../web.Dockerfile
      args: {WHO: "me$$"}
      target: runtime
      tags: [lpc-user/web:tag]
      labels: {team: core}
`,
    'web.Dockerfile.dockerignore': 'ignored\n',
    'web.Dockerfile': 'FROM nothing-that-exists\n',
    'app/.dockerignore': 'kept\n',
    'app/kept': 'kept',
    'app/ignored': '',
  });
  const text = `FROM busybox:1.37
ARG WHO
RUN echo "$WHO" > /who && head -c 16 /dev/urandom | base64 > /random
FROM busybox:1.37 AS Middle
RUN echo middle > /middle
FROM busybox:1.37 AS runtime
COPY --from=0 /who /random /
COPY --from=middle /middle /
COPY . /app
CMD ["sleep", "60"]
`;
  const engine = await connectFor(t, project);
  const bases = [{ ref: 'busybox:1.37' }];
  const override = await writeFor(project, { web: { text, target: 'runtime', stages: [0, 1], bases } });
  t.teardown(override.dispose);
  const { helpers } = override.override;
  const services = ['web', ...helpers.map(({ name }) => name)];
  await project.cli().build({ overrides: [override.buildFile], services });

  const live = `docker-livepush/${project.name}/web:live`;
  const [stage, middle, base] = helpers.map(({ image }) => image);
  t.is(await readInImage(engine, live, '/who'), 'me$\n');
  t.is(await readInImage(engine, live, '/random'), await readInImage(engine, stage ?? '', '/random'));
  t.is(await readInImage(engine, middle ?? '', '/middle'), 'middle\n');
  t.is(await readInImage(engine, live, '/app/kept'), 'kept');
  t.is(await readInImage(engine, live, '/app/ignored'), undefined);
  const labels = { 'docker-livepush': project.name, 'docker-livepush.service': 'web' };
  t.like((await engine.inspectImage(stage ?? ''))?.labels, { ...labels, 'docker-livepush.stage': '0', team: 'core' });
  t.like((await engine.inspectImage(base ?? ''))?.labels, { ...labels, 'docker-livepush.base': '0' });
  const own = (await engine.inspectImage(live))?.labels ?? {};
  t.deepEqual(
    Object.keys(own).filter((name) => name.startsWith('docker-livepush')),
    [],
  );
  for (const users of ['lpc-user/web:v1', 'lpc-user/web:tag']) t.is(await engine.inspectImage(users), undefined);
});

test('An inline Dockerfile keeps its dollars, and heeds the ignore file of the context.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  web:
    build:
      context: .
      dockerfile_inline: |
        FROM busybox:1.37
        RUN echo "$\${HOME}" '$$$$' > /x
`,
    '.dockerignore': 'secret\n',
    secret: '',
    plain: 'plain',
  });
  const engine = await connectFor(t, project);
  const text = `FROM busybox:1.37
RUN echo "$\{HOME}" '$$' "a\\b" > /x
COPY . /c
CMD sleep 60
`;
  const override = await writeFor(project, { web: { text, stages: [0] } });
  t.teardown(override.dispose);
  const services = ['web', 'web-livepush-stage-0'];
  await project.cli().build({ overrides: [override.buildFile], services });
  for (const image of [
    `docker-livepush/${project.name}/web:live`,
    `docker-livepush/${project.name}/web/stage-0:live`,
  ]) {
    t.is(await readInImage(engine, image, '/x'), '/root $$ a\\b\n');
    t.is(await readInImage(engine, image, '/c/plain'), 'plain');
    t.is(await readInImage(engine, image, '/c/secret'), undefined);
  }
});

test('A service without directives is built under its own name, with its stages beside it.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': 'services: {web: {build: .}}\n',
    Dockerfile: 'FROM busybox:1.37\nRUN echo one > /one\nFROM busybox:1.37\nCOPY --from=0 /one /\n',
  });
  const engine = await connectFor(t, project);
  const override = await writeFor(project, { web: { stages: [0] } });
  t.teardown(override.dispose);
  await project.cli().build({ overrides: [override.buildFile], services: ['web', 'web-livepush-stage-0'] });
  t.is(await readInImage(engine, `${project.name}-web`, '/one'), 'one\n');
  t.is(await readInImage(engine, `docker-livepush/${project.name}/web/stage-0:live`, '/one'), 'one\n');
});

test('A base image whose triggers copy from the context is built in that context.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  base: {image: lpc-onbuild:v1, build: {dockerfile_inline: "FROM busybox:1.37\\nONBUILD COPY file /file\\nENV A=1\\n"}}
  web: {build: {context: app}}
`,
    'app/Dockerfile': 'FROM lpc-onbuild:v1\n',
    'app/file': 'there',
  });
  const engine = await connectFor(t, project);
  await project.cli().build({ services: ['base'] });
  const override = await writeFor(project, { web: { bases: [{ ref: 'lpc-onbuild:v1' }] } });
  t.teardown(override.dispose);
  const [helper] = override.override.helpers;
  await project.cli().build({ overrides: [override.buildFile], services: [helper?.name ?? ''] });
  t.true((await engine.inspectImage(helper?.image ?? ''))?.env.includes('A=1'));
});

test('Lines of a build are handed out as they come, whole characters only.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  web: {build: {dockerfile_inline: "FROM busybox:1.37\\nRUN echo ${'naïve ✓ '.repeat(300)} ${Date.now()}\\nRUN sleep 1; echo later\\n"}}
`,
  });
  await connectFor(t, project);
  const times = new Map<string, number>();
  await project.cli().build({
    onLine: (line) => {
      t.false(line.includes('\uFFFD'));
      if (/^#\d+ \d/.test(line)) times.set(line.includes('later') ? 'later' : 'naïve', performance.now());
    },
  });
  t.true((times.get('later') ?? 0) - (times.get('naïve') ?? 0) > 700);
});

test('A build that fails says at which step.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': 'services: {web: {build: {dockerfile_inline: "FROM busybox:1.37\\nRUN exit 3\\n"}}}\n',
  });
  const error = await t.throwsAsync(project.cli().build({}), { instanceOf: LivepushError });
  t.is(error?.code, 'build-failed');
  t.regex(error?.message ?? '', /^The build failed at \[(?:web )?2\/2\] RUN exit 3: process [^|]*exit code: 3\.$/);
});

test('An engine that does not answer is told apart from a failed build.', async (t) => {
  const project = await makeProject(t, {
    'compose.yaml': 'services: {web: {build: {dockerfile_inline: "FROM busybox:1.37\\n"}}}\n',
  });
  const cli = project.cli({ env: { ...process.env, DOCKER_HOST: 'unix:///nowhere.sock' } });
  await t.throwsAsync(cli.build({}), { code: 'engine-unreachable', message: /nowhere\.sock/ });
  await t.throwsAsync(cli.up({}), { code: 'engine-unreachable' });
});

test('A cancelled build ends, and gives the reason.', async (t) => {
  const seconds = 100_000 + randomInt(1_000_000);
  const project = await makeProject(t, {
    'compose.yaml': `
services:
  web: {build: {dockerfile_inline: "FROM busybox:1.37\\nRUN echo begun; sleep ${seconds}\\n"}}
`,
  });
  const engine = await connectFor(t, project);
  const abort = new AbortController();
  const onLine = (line: string): void => {
    if (/^#\d+ [\d.]+ begun/.test(line)) abort.abort(new Error('edited again'));
  };
  const start = performance.now();
  await t.throwsAsync(project.cli().build({ onLine, signal: abort.signal }), { message: 'edited again' });
  t.true(performance.now() - start < 20_000);
  const processes = () => docker('run', '--rm', '--pid', 'host', 'busybox:1.37', 'ps', '-o', 'args');
  await until('the end of the step', async () => !(await processes()).stdout.includes(`sleep ${seconds}`) || undefined);
  t.is(await engine.inspectImage(`${project.name}-web`), undefined);
});

test('The folder of an override is for its owner alone, and goes away.', async (t) => {
  const project = await makeProject(t, { 'compose.yaml': 'services: {web: {image: x}}\n' });
  const override = await writeFor(project, {});
  t.is((await stat(override.folder)).mode & 0o777, 0o700);
  t.true(override.folder.includes(`docker-livepush-${project.name}-`));
  await override.dispose();
  await override.dispose();
  await t.throwsAsync(stat(override.folder), { code: 'ENOENT' });
});
