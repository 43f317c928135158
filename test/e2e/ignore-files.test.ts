import test, { type ExecutionContext } from 'ava';
import { cleanDifferences } from '../helpers/clean-service.js';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject, nothing, type UpProject } from '../helpers/up-project.js';

const dockerfile = [
  'FROM busybox:1.37 AS tools',
  'COPY . /tools',
  'FROM busybox:1.37',
  'WORKDIR /app',
  'COPY --from=tools /tools /app/tools',
  'COPY . all',
  'RUN ls -R . >list',
  'CMD ["sleep", "infinity"]',
  '',
].join('\n');

let project: UpProject;
let up: UpProcess;

test.before(async () => {
  project = await makeUpProject({
    'compose.yaml': 'services: {web: {build: web, init: true, stop_grace_period: 0s}}\n',
    'web/Dockerfile': dockerfile,
    'web/.dockerignore': '*.log\n',
    'web/notes.txt': 'one\n',
    'web/debug.log': 'one\n',
    'web/docs/a.md': 'one\n',
    'web/docs/b.md': 'one\n',
  });
  up = project.up();
  await up.ready();
});

test.after.always(() => project.remove());

const rebuilt = (since: number) => up.wait('rebuildEnd', { since });

/** What the container has of a file: in a copy of the context, and in a copy of a stage. */
const copies = (path: string) =>
  Promise.all(['all', 'tools'].map((copy) => project.read('web', `/app/${copy}/${path}`)));

async function isAsCleanBuild(t: ExecutionContext): Promise<void> {
  t.deepEqual(await cleanDifferences(project, { service: 'web', context: 'web', dockerfile: 'Dockerfile' }), []);
}

test.serial('a path that becomes ignored is gone, also one that was pushed', async (t) => {
  let since = up.mark();
  project.write('web/docs/new.md', 'pushed\n');
  t.is((await up.push('web', since)).outcome, 'done');
  t.deepEqual(await copies('docs/new.md'), ['pushed\n', 'pushed\n']);
  since = up.mark();
  project.write('web/.dockerignore', '*.log\ndocs\n!docs/b.md\n');
  t.like(await rebuilt(since), { ok: true });
  t.deepEqual(await copies('docs/new.md'), [undefined, undefined]);
  t.deepEqual(await copies('docs/b.md'), ['one\n', 'one\n']);
  await isAsCleanBuild(t);
});

test.serial('an edit of an ignored path is no change; those of others are pushed', async (t) => {
  const since = up.mark();
  project.write('web/docs/a.md', 'two\n');
  project.write('web/notes.txt', 'two\n');
  const { start, outcome } = await up.push('web', since);
  t.deepEqual([start.changed, outcome], [['notes.txt'], 'done']);
  await isAsCleanBuild(t);
});

test.serial('a path that is ignored no more is there as it is by then, and its edits are pushed', async (t) => {
  let since = up.mark();
  project.write('web/docs/a.md', 'three\n');
  project.write('web/.dockerignore', 'docs/b.md\n');
  t.like(await rebuilt(since), { ok: true });
  t.deepEqual(await copies('docs/a.md'), ['three\n', 'three\n']);
  t.deepEqual(await copies('debug.log'), ['one\n', 'one\n']);
  t.deepEqual(await copies('docs/b.md'), [undefined, undefined]);
  await isAsCleanBuild(t);
  since = up.mark();
  project.write('web/debug.log', 'two\n');
  t.is((await up.push('web', since)).outcome, 'done');
  await isAsCleanBuild(t);
});

test.serial('without an ignore file all is there', async (t) => {
  const since = up.mark();
  project.delete('web/.dockerignore');
  t.like(await rebuilt(since), { ok: true });
  t.deepEqual(await copies('docs/b.md'), ['one\n', 'one\n']);
  await isAsCleanBuild(t);
});

test.serial('an ignore file of the Dockerfile’s own counts from the moment that it is there', async (t) => {
  const since = up.mark();
  project.write('web/Dockerfile.dockerignore', 'docs\n');
  t.like(await rebuilt(since), { ok: true });
  t.deepEqual(await copies('docs/a.md'), [undefined, undefined]);
  t.deepEqual(await copies('debug.log'), ['two\n', 'two\n']);
  await isAsCleanBuild(t);
  t.is(await up.stop(), 130);
  t.deepEqual(await project.leftovers(), nothing);
  t.is(up.stderr, '');
});
