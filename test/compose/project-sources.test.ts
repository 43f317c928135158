import test from 'ava';
import { findSources } from '../../src/compose/project-sources.js';

type Interpolate = (texts: readonly string[], folder: string, envFiles: readonly string[]) => Promise<string[]>;

const find = async (texts: Record<string, string>, interpolate?: Interpolate) => {
  const found = await findSources(reader(texts, interpolate));
  return found.filter((path) => path !== '/srv/.env');
};

const reader = (texts: Record<string, string>, interpolate?: Interpolate) => ({
  files: ['/srv/compose.yaml', '-'],
  projectDirectory: '/srv',
  envFiles: ['/srv/.env'],
  readText: async (path: string) => texts[path],
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
    found.toSorted(),
    [
      ...['/srv/compose.yaml', '/srv/db/compose.yaml', '/srv/more/a.yaml', '/srv/more/b.yaml', '/srv/common/base.yaml'],
      ...['/srv/more.env', '/srv/db/db.env', '/srv/db/.env', '/srv/common/base.env'],
    ].toSorted(),
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

test('What is included has its own folder and its own variables; those of the including project win.', async (t) => {
  const asked: (readonly string[])[] = [];
  const found = await findSources(
    reader(
      {
        '/srv/compose.yaml': `
include:
  - {path: stack/a.yaml, project_directory: ., env_file: [stack/a.vars, /dev/null]}
  - {path: [mail/compose.yaml, mail/more.yaml], project_directory: elsewhere}
`,
        '/srv/stack/a.yaml': 'services: {a: {env_file: a.env, label_file: a.labels}}',
        '/srv/mail/compose.yaml': 'include: [deeper/x.yaml]\nservices: {m: {env_file: m.env}}',
        '/srv/mail/more.yaml': 'services: {m: {env_file: more.env}}',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: compose's own syntax
        '/srv/elsewhere/deeper/x.yaml': 'services: {x: {env_file: "${X}.env"}}',
      },
      async (texts, _folder, envFiles) => {
        asked.push(envFiles);
        return texts.map(() => 'named.env');
      },
    ),
  );
  t.deepEqual(
    found.toSorted(),
    [
      ...['/srv/compose.yaml', '/srv/stack/a.yaml', '/srv/mail/compose.yaml', '/srv/mail/more.yaml'],
      ...['/srv/elsewhere/deeper/x.yaml', '/srv/.env', '/srv/stack/a.vars', '/srv/a.env', '/srv/a.labels'],
      ...['/srv/elsewhere/.env', '/srv/elsewhere/m.env', '/srv/elsewhere/more.env'],
      ...['/srv/elsewhere/deeper/.env', '/srv/elsewhere/deeper/named.env'],
    ].toSorted(),
  );
  t.deepEqual(asked, [['/srv/elsewhere/deeper/.env', '/srv/elsewhere/.env', '/srv/.env']]);
});
