import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { loadProject } from '../../src/compose/load-project.js';
import { readProject } from '../../src/compose/project.js';
import { LivepushError } from '../../src/errors.js';
import { makeProject } from './compose-temp-project.js';

test('A folder without a compose file is an error that says where it looked.', async (t) => {
  const { cli, folder } = await makeProject(t, {});
  const error = await t.throwsAsync(loadProject(cli()), { code: 'compose-file' });
  t.true(error?.message.includes(folder));
});

test('Broken YAML is an error with the file and the line.', async (t) => {
  const { cli } = await makeProject(t, { 'compose.yaml': 'services:\n  a:\n    image: [x\n  b: 2\n' });
  const error = await t.throwsAsync(loadProject(cli()), { code: 'compose-file' });
  t.regex(error?.message ?? '', /^Compose cannot read compose\.yaml: line \d+: /);
});

test('A key that compose does not know is told in its own words.', async (t) => {
  const { cli } = await makeProject(t, { 'compose.yaml': 'services: {a: {imag: x}}\n' });
  const error = await t.throwsAsync(cli().config(), { code: 'compose-file' });
  t.regex(error?.message ?? '', /^Compose cannot read compose\.yaml: .*imag/);
});

test('A service that is not there is wrong usage.', async (t) => {
  const { cli } = await makeProject(t, { 'compose.yaml': 'services: {a: {image: x}}\n' });
  await t.throwsAsync(cli().config({ services: ['b'] }), { code: 'usage', message: /no such service: b/ });
});

test('A machine without docker is told to install it.', async (t) => {
  const { cli, folder } = await makeProject(t, { 'compose.yaml': 'services: {a: {image: x}}\n' });
  await t.throwsAsync(cli({ env: { PATH: folder } }).version(), { code: 'compose-missing' });
});

for (const [what, script] of [
  ['A docker without compose', `echo "docker: 'compose' is not a docker command." >&2; exit 1`],
  ['An old compose', 'echo 2.20.3'],
] as const) {
  test(`${what} is told to install a newer one.`, async (t) => {
    const { cli, folder } = await makeProject(t, { docker: `#!/bin/sh\n${script}\n` });
    await chmod(join(folder, 'docker'), 0o755);
    const error = await t.throwsAsync(cli({ env: { PATH: `${folder}:/bin` } }).version(), {
      instanceOf: LivepushError,
    });
    t.is(error?.code, 'compose-missing');
    t.regex(error?.hint ?? '', /2\.24/);
  });
}

test('Variables and their escapes come out as compose means them.', async (t) => {
  const { cli } = await makeProject(t, {
    'compose.yaml': `
services:
  a:
    build:
      context: .
      args: {FROM_ENV: , UNSET_ONE: , COST: "5$$", PORT: 80}
    command: echo $$HOME \${WHO:-you} \${NOT_SET}
`,
  });
  const warnings: string[] = [];
  const env = { ...process.env, FROM_ENV: 'yes', WHO: undefined };
  const text = await cli({ env }).config({ onWarning: (warning) => warnings.push(warning) });
  const [service] = readProject(text).services;
  t.deepEqual(service?.build?.args, { FROM_ENV: 'yes', COST: '5$', PORT: '80' });
  t.deepEqual(service?.command, ['echo', '$HOME', 'you']);
  t.true(warnings.some((warning) => warning.includes('"NOT_SET" variable is not set')));
});

test('Services are loaded with their Dockerfiles and ignore files, and each fault is a diagnostic.', async (t) => {
  const { cli, folder } = await makeProject(t, {
    'compose.yaml': `
services:
  own: {build: {context: app, dockerfile: ../docker/own.Dockerfile}}
  inline: {build: {context: app, dockerfile_inline: "FROM busybox:1.37"}}
  lower: {build: lower}
  image: {image: busybox:1.37}
  remote: {build: https://git.example.com/a.git}
  no-context: {build: nowhere}
  no-dockerfile: {build: {context: app, dockerfile: Missing}}
  folder: {build: {context: app, dockerfile: sub}}
`,
    'app/.dockerignore': 'of-context\n',
    'app/sub/file': '',
    'docker/own.Dockerfile': 'FROM busybox:1.37\n',
    'docker/own.Dockerfile.dockerignore': 'of-own\n',
    'lower/dockerfile': 'FROM scratch\n',
  });
  const { builds, diagnostics } = await loadProject(cli());
  const rows = builds.map((build) => [build.service.name, build.dockerfilePath, build.ignoreText, build.ignoreIsOwn]);
  t.deepEqual(rows, [
    ['inline', 'services.inline.build.dockerfile_inline', 'of-context\n', false],
    ['lower', 'lower/dockerfile', undefined, false],
    ['own', 'docker/own.Dockerfile', 'of-own\n', true],
  ]);
  t.deepEqual(
    builds.map(({ dockerfileText }) => dockerfileText),
    [...['FROM busybox:1.37', 'FROM scratch\n', 'FROM busybox:1.37\n']],
  );
  t.deepEqual(
    diagnostics.map(({ code, severity, message }) => [code, severity, message]),
    [
      [
        'build-file-unreadable',
        'error',
        'app/sub, for service folder, cannot be read: illegal operation on a directory.',
      ],
      ['build-context-missing', 'error', 'The build context of service no-context is not there: no folder nowhere.'],
      ['dockerfile-missing', 'error', 'The Dockerfile of service no-dockerfile is not there: no file app/Missing.'],
      [
        'remote-context',
        'note',
        'Service remote is built from the remote context https://git.example.com/a.git: it gets no pushes.',
      ],
    ],
  );
  t.is(builds[2]?.spec.dockerfile, join(folder, 'docker/own.Dockerfile'));
});

test('A named service is loaded whatever its profile, with what it depends on.', async (t) => {
  const { cli } = await makeProject(t, {
    'compose.yaml': `
services:
  a: {image: x}
  b: {image: x, profiles: [extra], depends_on: [c]}
  c: {image: x}
`,
  });
  const names = async (...services: string[]) =>
    (await loadProject(cli(), services)).project.services.map(({ name }) => name);
  t.deepEqual(await names(), ['a', 'c']);
  t.deepEqual(await names('b'), ['b', 'c']);
});

test('A compose file from standard input is read by every command.', async (t) => {
  const { cli, name } = await makeProject(t, {});
  const fromInput = cli({ files: ['-'], stdinText: 'services: {a: {image: x}}\n' });
  for (const _ of [1, 2]) t.is((await loadProject(fromInput)).project.services[0]?.name, 'a');
  t.is((await loadProject(fromInput)).project.name, name);
});

test('COMPOSE_FILE of an .env file is heeded, and the files behind the project are known.', async (t) => {
  const { cli, folder } = await makeProject(t, {
    '.env': 'COMPOSE_FILE=dev/one.yaml:dev/two.yaml\n',
    'dev/.env': 'STAGE=test\n',
    'dev/one.yaml': 'services: {a: {image: x, env_file: "$STAGE.env"}}\n',
    'dev/two.yaml': 'include: [three.yaml]\n',
    'dev/three.yaml': 'services: {b: {image: y}}\n',
    'dev/test.env': 'X=1\n',
  });
  const { sources, project } = await loadProject(cli());
  const below = ['.env', 'dev/one.yaml', 'dev/two.yaml', 'dev/three.yaml', 'dev/test.env', 'dev/.env'];
  t.deepEqual([...new Set(sources)].sort(), below.map((file) => join(folder, file)).sort());
  t.deepEqual(
    project.services.map(({ name }) => name),
    ['a', 'b'],
  );
});

test('A cancelled command is not started, and gives the reason.', async (t) => {
  const { cli } = await makeProject(t, { 'compose.yaml': 'services: {a: {image: x}}\n' });
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(cli({ signal }).config(), { message: 'enough' });
  await t.throwsAsync(cli().config({ signal }), { message: 'enough' });
});
