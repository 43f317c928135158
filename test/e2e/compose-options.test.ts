import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';

/** A project that is put together from several files, in all ways that compose knows. */
const files: Readonly<Record<string, string>> = {
  'compose.yaml': `name: from-file
include: [shared/cache.yaml]
services:
  web: {extends: {file: shared/base.yaml, service: node}, image: "web:\${TAG:-none}"}
  debug: {build: ./debug, profiles: [debug]}
`,
  'more.yaml': 'services: {web: {build: {args: {MORE: "1"}}}, extra: {build: ./debug}}\n',
  'shared/base.yaml': 'services: {node: {build: {context: ./node}}}\n',
  'shared/node/Dockerfile': 'FROM busybox:1.37\nCOPY a /a\n',
  'shared/cache.yaml': 'services: {cache: {build: ./cache}}\n',
  'shared/cache/Dockerfile': 'FROM busybox:1.37\nCOPY c /c\n',
  'debug/Dockerfile': 'FROM busybox:1.37\nCOPY d /d\n',
  'other.env': 'TAG=other\nCOMPOSE_PROJECT_NAME=from-env-file\n',
};

let folder: string;

test.before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'livepush-options-')));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});

test.after.always(() => rm(folder, { recursive: true, force: true }));

interface Call {
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** What `ps` finds: the services, each with its context as seen from the project's folder. */
async function services({ args, env = {}, cwd = '.', stdin = '' }: Call): Promise<Record<string, string>> {
  const program = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.js');
  const clean = { ...process.env, COMPOSE_FILE: undefined, COMPOSE_PROFILES: undefined, ...env };
  const stdout = await new Promise<string>((resolve, reject) => {
    const options = { cwd: join(folder, cwd), env: clean };
    const child = execFile(
      process.execPath,
      [program, 'ps', '--format', 'json', ...args],
      options,
      (error, out, err) => (error ? reject(new Error(err)) : resolve(out)),
    );
    child.stdin?.end(stdin);
  });
  const found = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const seen = (context: string) => relative(folder, resolve(folder, cwd, context));
  return Object.fromEntries(found.map(({ service, context }) => [service, seen(context)]));
}

const web = 'shared/node';
const cache = 'shared/cache';

const ways: Readonly<Record<string, { call: Call; expected: Readonly<Record<string, string>> }>> = {
  'include and extends': { call: { args: [] }, expected: { cache, web } },
  'a profile': { call: { args: ['--profile', 'debug'] }, expected: { cache, debug: 'debug', web } },
  'a profile in a variable': {
    call: { args: [], env: { COMPOSE_PROFILES: 'debug' } },
    expected: { cache, debug: 'debug', web },
  },
  'several files': {
    call: { args: ['-f', 'compose.yaml', '-f', 'more.yaml'] },
    expected: { cache, extra: 'debug', web },
  },
  'files in a variable': {
    call: { args: [], env: { COMPOSE_FILE: 'compose.yaml:more.yaml' } },
    expected: { cache, extra: 'debug', web },
  },
  'standard input': {
    call: { args: ['-f', '-'], stdin: 'services: {only: {build: ./debug}}' },
    expected: { only: 'debug' },
  },
  'a folder below': { call: { args: [], cwd: 'debug' }, expected: { cache, web } },
  'a project directory': { call: { args: ['--project-directory', '..'], cwd: 'debug' }, expected: { cache, web } },
  'an env file': { call: { args: ['--env-file', 'other.env'] }, expected: { cache, web } },
  'one service': { call: { args: ['web'] }, expected: { web } },
};

for (const [name, { call, expected }] of Object.entries(ways)) {
  test.serial(`a project is found as compose finds it: ${name}`, async (t) => {
    t.deepEqual(await services(call), expected);
  });
}
