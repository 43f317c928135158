import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { writeTree } from '../helpers/write-tree.js';
import { checkFolder } from './check-fixture.js';

const compose = 'services: {web: {build: .}}\n';

async function check(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-check-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeTree(folder, { 'compose.yaml': compose, 'src/a': 'a', ...files });
  const { diagnostics, services } = await checkFolder(folder);
  return { services, codes: diagnostics.map(({ code, range }) => `${code}:${range?.line ?? '-'}`), diagnostics };
}

test('an empty file, blanks alone and a file of comments are no Dockerfiles', async (t) => {
  for (const text of ['', '\n \t\n', '# just this\n'])
    t.deepEqual((await check(t, { Dockerfile: text })).codes, ['no-from:1']);
});

test('bytes that are no text are refused', async (t) => {
  const { codes } = await check(t, { Dockerfile: '\u007fELF\u0001\u0000\u0000' });
  t.deepEqual(codes, ['build-file-unreadable:-']);
});

test('Windows line ends, a byte order mark and tabs change no place', async (t) => {
  const lines = ['FROM node', '\tCOPY src/ src/', '\t#dev-rnu=x', 'RUN true && \\', '\tmkdir a', ''];
  const unix = await check(t, { Dockerfile: lines.join('\n') });
  const windows = await check(t, { Dockerfile: `\uFEFF${lines.join('\r\n')}` });
  t.deepEqual(unix.codes, ['unknown-directive:3', 'run-not-repeatable:5']);
  t.deepEqual(windows.diagnostics, unix.diagnostics);
  t.like(unix.diagnostics[1], { range: { line: 5, column: 2, endLine: 5, endColumn: 9 } });
});

test('a Dockerfile of a megabyte is checked as any other', async (t) => {
  const block = `RUN mkdir x\n#dev-rnu=x\nCOPY src/ src/\nRUN <<EOF\n#dev-run=x\nEOF\n${'# words and words\n'.repeat(350)}`;
  const blocks = Math.ceil(1_000_000 / block.length);
  const { codes } = await check(t, { Dockerfile: `FROM node\n${block.repeat(blocks)}` });
  t.true(codes.length > 2.5 * blocks);
});

test('an image of more layers than any engine holds is told once', async (t) => {
  const { codes } = await check(t, { Dockerfile: `FROM node\n${'RUN mkdir x\n'.repeat(20_000)}` });
  t.deepEqual(codes, ['too-many-layers:502']);
});

test('the longest line that a build takes is checked as any other, and a longer one is told', async (t) => {
  const codesOf = async (words: number): Promise<readonly string[]> => {
    const line = `RUN ${'true && '.repeat(words)}mkdir x`;
    return (await check(t, { Dockerfile: `FROM node\nCOPY src/ src/\n${line}\n` })).codes;
  };
  t.deepEqual(await codesOf(8_190), ['run-not-repeatable:3']);
  t.deepEqual(await codesOf(8_191), ['line-too-long:3']);
  t.deepEqual(await codesOf(120_000), ['line-too-long:3']);
});

test('a shell that cannot be read gives no false findings', async (t) => {
  const runs = [
    'RUN "',
    'RUN $(',
    'RUN if',
    'RUN case x in',
    'RUN ))',
    'RUN `',
    'RUN <<<',
    'RUN [',
    'RUN {',
    'RUN a=(',
  ];
  const { codes } = await check(t, { Dockerfile: `FROM node\nCOPY src/ src/\n${runs.join('\n')}\n` });
  t.deepEqual(codes, []);
});

test('anchors, merge keys, x- fields and services without a build are read', async (t) => {
  const text = [
    'x-base: &base',
    '  build: &build {context: .}',
    '  read_only: true',
    'services:',
    '  web: {<<: *base}',
    '  api:',
    '    build: {<<: *build, dockerfile: Api}',
    '    x-livepush: 1',
    '  db: {image: postgres}',
    '  none: {}',
    '  empty:',
  ];
  const Dockerfile = 'FROM node\nCOPY src/ src/\n';
  const { codes, services } = await check(t, { 'compose.yaml': text.join('\n'), Dockerfile, Api: Dockerfile });
  t.deepEqual(services, ['web', 'api', 'db', 'none', 'empty']);
  t.deepEqual(codes, ['read-only-root:3']);
});

test('a compose file that is no mapping has no services', async (t) => {
  for (const text of ['', '[]', 'services: []', 'services: {web: 1}']) {
    t.deepEqual((await check(t, { 'compose.yaml': text })).codes, [], text);
  }
});

test('a compose file that is no YAML cannot be read', async (t) => {
  await t.throwsAsync(check(t, { 'compose.yaml': 'a: [' }), { code: 'compose-file' });
});

test('a service that is not there is named, with those that are', async (t) => {
  const error = await t.throwsAsync<Error & { hint?: string }>(checkFolder('fixtures/check/unknown-target', ['wbe']));
  t.regex(error?.message ?? '', /wbe/);
  t.regex(error?.hint ?? '', /web, other/);
});

test('only the named services are checked', async (t) => {
  const { diagnostics, services } = await checkFolder('fixtures/check/unknown-target', ['other']);
  t.deepEqual(services, ['other']);
  t.deepEqual(
    diagnostics.map(({ service }) => service),
    ['other'],
  );
});
