import test from 'ava';
import { findSources } from '../../src/compose/project-sources.js';

const find = (texts: Record<string, string>, interpolate?: (texts: readonly string[]) => Promise<string[]>) =>
  findSources({
    files: ['/srv/compose.yaml', '-'],
    projectDirectory: '/srv',
    readText: async (path) => texts[path],
    interpolate: interpolate ?? (() => Promise.reject(new Error('compose must not be asked'))),
  });

test('Env files of all forms are found.', async (t) => {
  const text = `
services:
  a: {env_file: a.env}
  b: {env_file: [b.env, {path: /etc/c.env, required: false}]}
  d: {env_file: a.env}
  e: {}
`;
  t.deepEqual(await find({ '/srv/compose.yaml': text }), [
    '/srv/compose.yaml',
    '/srv/a.env',
    '/srv/b.env',
    '/etc/c.env',
  ]);
});

test('Included and extended files are followed, each with paths relative to itself.', async (t) => {
  const found = await find({
    '/srv/compose.yaml': `
include: [db/compose.yaml, {path: [more/a.yaml, more/b.yaml], env_file: more.env}]
services: {web: {extends: {file: common/base.yaml, service: base}}, other: {extends: web}}
`,
    '/srv/db/compose.yaml': 'services: {db: {env_file: db.env}}',
    '/srv/common/base.yaml': 'services: {base: {env_file: base.env, extends: {file: base.yaml, service: x}}}',
  });
  t.deepEqual(
    new Set(found),
    new Set([
      ...['/srv/compose.yaml', '/srv/db/compose.yaml', '/srv/more/a.yaml', '/srv/more/b.yaml', '/srv/common/base.yaml'],
      ...['/srv/more.env', '/srv/db/db.env', '/srv/common/base.env'],
    ]),
  );
});

test('Compose is asked for paths with variables.', async (t) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: compose's own syntax
  const text = 'services: {a: {env_file: "${STAGE:-dev}.env"}}';
  const found = await find({ '/srv/compose.yaml': text }, async () => ['test.env']);
  t.deepEqual(found, ['/srv/compose.yaml', '/srv/test.env']);
});

test('A file with tags, or one that is no YAML, is named all the same.', async (t) => {
  t.deepEqual(await find({ '/srv/compose.yaml': 'services: {a: {env_file: !override [x.env]}}' }), [
    '/srv/compose.yaml',
    '/srv/x.env',
  ]);
  t.deepEqual(await find({ '/srv/compose.yaml': 'services: [' }), ['/srv/compose.yaml']);
  t.deepEqual(await find({}), ['/srv/compose.yaml']);
});
