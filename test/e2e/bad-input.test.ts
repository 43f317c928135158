import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject, nothing, type UpProject, until } from '../helpers/up-project.js';

const dockerfile = 'FROM busybox:1.37\nWORKDIR /app\nCOPY src/ src/\nCMD ["sleep", "600"]\n';
const plain = { Dockerfile: dockerfile, 'src/file': 'one\n' };
const compose =
  'services: {web: {build: ., init: true}, store: {image: "busybox:1.37", command: sleep 600, init: true}}\n';

async function project(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Promise<UpProject> {
  const made = await makeUpProject(files, env);
  t.teardown(() => made.remove());
  return made;
}

/** Checks how a start ended, that nothing was left behind, and that there is one sentence about it and a hint. */
async function refused(t: ExecutionContext, made: UpProject, up: UpProcess, code: number): Promise<string> {
  t.is(await up.ended(), code, up.stderr);
  t.deepEqual(await made.leftovers(), nothing);
  t.deepEqual(await made.engine.listContainers([`com.docker.compose.project=${made.name}`]), []);
  t.deepEqual([up.all('ready'), up.strayLines], [[], []]);
  t.regex(up.stderr, /^error: [^\n]+\.(?:\n|$)/);
  t.regex(up.stderr, /^hint: \S/m);
  t.notRegex(up.stderr, /This should not have happened|^ +at /m);
  return up.stderr;
}

test('a folder without a compose file', async (t) => {
  const made = await project(t, plain);
  const said = await refused(t, made, made.up(), 2);
  t.true(said.includes(`no compose file in ${made.folder}`), said);
});

test('a compose file that is named and not there', async (t) => {
  const made = await project(t, plain);
  t.regex(await refused(t, made, made.up(['-f', 'other.yaml']), 2), /other\.yaml/);
});

test('a compose file that is no YAML', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': 'services:\n  web:\n    build: [.\n' });
  t.regex(await refused(t, made, made.up(), 2), /compose\.yaml: .*line \d/);
});

test('a compose file with a key that compose does not know', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': 'services: {web: {biuld: .}}\n' });
  t.regex(await refused(t, made, made.up(), 2), /compose\.yaml.*biuld/);
});

test('a service without a Dockerfile', async (t) => {
  const made = await project(t, { 'compose.yaml': compose });
  const up = made.up();
  await refused(t, made, up, 1);
  t.like(up.all('diagnostic'), [{ severity: 'error', code: 'dockerfile-missing', file: 'Dockerfile' }]);
  t.regex(up.all('diagnostic')[0]?.message ?? '', /service web/);
});

test('a service whose context is not there', async (t) => {
  const made = await project(t, { 'compose.yaml': 'services: {web: {build: ./nowhere}}\n' });
  const up = made.up();
  await refused(t, made, up, 1);
  t.regex(up.all('diagnostic')[0]?.message ?? '', /service web.*nowhere/);
});

test('a Dockerfile with a syntax error', async (t) => {
  const text = 'FROM busybox:1.37\n\nCOPY src\nRUN true\n';
  const made = await project(t, { ...plain, 'compose.yaml': compose, Dockerfile: text });
  const up = made.up();
  await refused(t, made, up, 1);
  t.like(up.all('diagnostic'), [{ severity: 'error', file: 'Dockerfile', line: 3 }]);
});

test('a Dockerfile with a syntax error, for people', async (t) => {
  const text = 'FROM busybox:1.37\n\nCOPY src\nRUN true\n';
  const made = await project(t, { ...plain, 'compose.yaml': compose, Dockerfile: text });
  const up = made.up(['--progress', 'plain']);
  t.is(await up.ended(), 1);
  t.regex(up.stderr, /^error: Dockerfile:3: COPY .*\.(?: \[.*\])?$/m);
});

test('a Dockerfile with an instruction that nobody knows', async (t) => {
  const text = 'FROM busybox:1.37\nCOPPY src/ src/\n';
  const made = await project(t, { ...plain, 'compose.yaml': compose, Dockerfile: text });
  const up = made.up();
  await refused(t, made, up, 1);
  const said = [up.stderr, ...up.all('diagnostic').map(({ file, line, message }) => `${file}:${line}: ${message}`)];
  t.regex(said.join('\n'), /Dockerfile:2\b.*COPPY/);
});

test('a service that is not there', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': compose });
  const said = await refused(t, made, made.up(['wbe']), 2);
  for (const word of ['wbe', 'web', 'store']) t.regex(said, new RegExp(`\\b${word}\\b`), said);
});

test('a live service that is not there', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': compose });
  const said = await refused(t, made, made.up(['-s', 'wbe']), 2);
  for (const word of ['wbe', 'web']) t.regex(said, new RegExp(`\\b${word}\\b`), said);
});

test('no engine', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': compose });
  const said = await refused(t, made, made.up([], { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } }), 3);
  t.regex(said, /\/nowhere\/docker\.sock/);
});

test('an engine on a port that nobody listens on', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': compose });
  t.regex(await refused(t, made, made.up(['--host', 'tcp://127.0.0.1:9']), 3), /127\.0\.0\.1:9/);
});

test('a docker context that is not there', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': compose });
  t.regex(await refused(t, made, made.up(['--context', 'not-there']), 2), /not-there/);
});

/** A `docker` in front of the real one; `script` is for sh. */
async function fakeDocker(made: UpProject, script: string): Promise<NodeJS.ProcessEnv> {
  made.write('bin/docker', `#!/bin/sh\n${script}\n`);
  const file = join(made.folder, 'bin/docker');
  await chmod(file, 0o755);
  return { PATH: `${join(made.folder, 'bin')}:/usr/bin:/bin` };
}

// The words of the docker command without the plugin depend on its version and on what follows.
const withoutCompose = [
  `echo "unknown flag: --ansi

Usage:  docker [OPTIONS] COMMAND [ARG...]

Run 'docker --help' for more information" >&2; exit 125`,
  `echo "docker: 'compose' is not a docker command.
See 'docker --help'" >&2; exit 1`,
  `echo "docker: unknown command: docker compose

Run 'docker --help' for more information" >&2; exit 1`,
];

for (const [index, script] of withoutCompose.entries()) {
  test(`a docker command without compose (${index + 1})`, async (t) => {
    const made = await project(t, { ...plain, 'compose.yaml': compose });
    const env = await fakeDocker(made, `[ "$1" = compose ] || exit 1; ${script}`);
    t.regex(await refused(t, made, made.up([], { env }), 3), /compose/);
  });
}

test('no docker command', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': compose });
  const said = await refused(t, made, made.up([], { env: { PATH: join(made.folder, 'bin') } }), 3);
  t.regex(said, /docker command/);
});

test('a compose that is too old', async (t) => {
  const made = await project(t, { ...plain, 'compose.yaml': compose });
  const env = await fakeDocker(
    made,
    `case "$*" in *"version --short"*) echo 2.20.3; exit 0 ;; esac\nPATH=$REAL exec docker "$@"`,
  );
  const said = await refused(t, made, made.up([], { env: { ...env, REAL: process.env.PATH } }), 3);
  t.regex(said, /2\.20\.3/);
  t.regex(said, /2\.24/);
});

test('a port that is taken', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const made = await project(t, {
    ...plain,
    'compose.yaml': `services: {web: {build: ., init: true, ports: ["127.0.0.1:${port}:80"]}}\n`,
  });
  const up = made.up();
  t.is(await up.ended(), 1);
  t.deepEqual(await made.leftovers(), nothing);
  t.regex(up.stderr, new RegExp(`^error: .*${port}`));
});

test('a build that fails', async (t) => {
  const text = dockerfile.replace('CMD', 'RUN echo from the step >&2; exit 3\nCMD');
  const made = await project(t, { ...plain, 'compose.yaml': compose, Dockerfile: text });
  const up = made.up();
  t.regex(await refused(t, made, up, 1), /RUN echo from the step/);
  t.like(up.all('buildEnd'), [{ service: 'web', ok: false }]);
  t.true(up.all('buildOutput').some(({ line }) => line.includes('from the step')));
});

test('a build of several services of which one fails', async (t) => {
  const broken = dockerfile.replace('CMD', 'RUN echo from the step >&2; exit 3\nCMD');
  const made = await project(t, {
    ...plain,
    'compose.yaml': 'services: {api: {build: .}, web: {build: {context: ., dockerfile: broken}}}\n',
    broken,
  });
  const up = made.up();
  t.regex(await refused(t, made, up, 1), /RUN echo from the step/);
  t.deepEqual(
    up.all('buildEnd').map(({ service, ok, blockedBy }) => ({ service, ok, blockedBy })),
    [
      { service: 'api', ok: false, blockedBy: ['web'] },
      { service: 'web', ok: false, blockedBy: undefined },
    ],
  );
  t.deepEqual(
    up
      .all('buildOutput')
      .flatMap(({ service, line }) => (/^(?:target \S+: )?failed to solve/.test(line) ? [service] : [])),
    ['web'],
  );
});

test('a copied file that is not there', async (t) => {
  const made = await project(t, { 'compose.yaml': compose, Dockerfile: dockerfile });
  t.regex(await refused(t, made, made.up(), 1), /src/);
});

test('a misspelt directive is told of, and the project starts', async (t) => {
  const text = dockerfile.replace('COPY', '#dev-cmd-lvie=["sleep", "601"]\nCOPY');
  const made = await project(t, { ...plain, 'compose.yaml': compose, Dockerfile: text });
  const up = made.up();
  await up.ready();
  const [diagnostic] = up.all('diagnostic');
  t.like(diagnostic, { code: 'unknown-directive', file: 'Dockerfile', line: 3 });
  t.regex(`${diagnostic?.message} ${diagnostic?.hint}`, /dev-cmd-lvie.*#dev-cmd-live=/);
  t.is(await up.stop(), 130);
});

test('a container that ends at once is no hindrance, and pushes start it where that is asked for', async (t) => {
  const text = `${dockerfile.replace(/CMD.*\n/, '')}CMD if grep -q broken src/file; then echo gone; else echo up; sleep 600; fi\n`;
  const asking = 'services: {web: {build: ., init: true, x-livepush: {restart: process}}}\n';
  const made = await project(t, { 'compose.yaml': asking, Dockerfile: text, 'src/file': 'broken\n' });
  const up = made.up();
  await up.ready();
  await up.logLine('web', /^gone$/, 0);
  const container = await made.container('web');
  await until('the container to end', async () => ((await container.inspect()).running ? undefined : true));

  let since = up.mark();
  made.write('src/file', 'still broken\n');
  t.like(await up.push('web', since), { outcome: 'done', restarted: [container.id] });
  t.is(await made.read('web', '/app/src/file'), 'still broken\n');
  await until('the container to end', async () => ((await container.inspect()).running ? undefined : true));

  since = up.mark();
  made.write('src/file', 'mended\n');
  t.like(await up.push('web', since), { outcome: 'done', restarted: [container.id] });
  await up.logLine('web', /^up$/, since);
  t.true((await container.inspect()).running);
  t.is(await made.read('web', '/app/src/file'), 'mended\n');
  t.is(await up.stop(), 130);
  t.deepEqual(await made.leftovers(), nothing);
});
