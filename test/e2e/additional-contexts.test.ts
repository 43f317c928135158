import test, { type ExecutionContext } from 'ava';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject, type UpProject } from '../helpers/up-project.js';

const compose = (contexts: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    services: { s: { build: { context: 'a', additional_contexts: contexts }, init: true, stop_grace_period: '1s' } },
  });

async function started(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const project = await makeUpProject(files);
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  return { project, up };
}

const dockerfile = (...lines: string[]) => ['FROM busybox:1.37', ...lines, 'CMD ["sleep", "1000"]', ''].join('\n');

/** Edits the build context, and waits for the push of it: a rebuild that was asked for before has begun by then. */
async function pushed(t: ExecutionContext, { project, up }: { project: UpProject; up: UpProcess }, text: string) {
  const since = up.mark();
  project.write('a/g', text);
  t.is((await up.push('s', since)).outcome, 'done');
}

const reasons = (up: UpProcess, since: number) => up.all('rebuildStart', since).map(({ reason }) => reason);

test('an edit of what is copied from an additional context is a rebuild; what no step reads of it is none', async (t) => {
  const session = await started(t, {
    'compose.yaml': compose({ b: './b', unused: './c', image: 'docker-image://busybox:1.37' }),
    'a/Dockerfile': dockerfile('COPY g /g', 'COPY --from=b f dir* /b/'),
    'a/g': 'g\n',
    'b/f': '1\n',
    'b/dir/deep': '1\n',
    'b/other': '1\n',
    'c/f': '1\n',
  });
  const { project, up } = session;
  let since = up.mark();
  project.write('b/f', '1\n');
  project.write('b/other', '2\n');
  project.write('c/f', '2\n');
  await pushed(t, session, 'h\n');
  t.deepEqual(reasons(up, since), []);

  since = up.mark();
  project.write('b/f', '2\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  t.deepEqual(reasons(up, since), ['b/f of the additional context b changed']);
  t.is(await project.read('s', '/b/f'), '2\n');

  since = up.mark();
  project.write('b/dir/new', '3\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  t.is(await project.read('s', '/b/new'), '3\n');
  await pushed(t, session, 'i\n');
  t.is(reasons(up, since).length, 1);
  t.deepEqual(up.all('livepushStart', since).length, 1);
});

test('so it is for a stage that is built from one, a mount of one, and its own ignore file', async (t) => {
  const session = await started(t, {
    'compose.yaml': compose({ root: './root', tools: './tools' }),
    'a/Dockerfile': [
      'FROM root AS files',
      dockerfile('COPY --from=files /f /f', 'RUN --mount=from=tools,target=/t ls /t >/listed', 'COPY g /g'),
    ].join('\n'),
    'a/g': 'g\n',
    'root/f': '1\n',
    'tools/one': '1\n',
    'tools/left-out': '1\n',
    'tools/.dockerignore': 'left-out\n.dockerignore\n',
  });
  const { project, up } = session;
  t.is(await project.read('s', '/listed'), 'one\n');
  let since = up.mark();
  project.write('tools/left-out', '2\n');
  await pushed(t, session, 'h\n');
  t.deepEqual(reasons(up, since), []);

  project.write('root/f', '2\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  t.is(await project.read('s', '/f'), '2\n');

  since = up.mark();
  project.write('tools/two', '2\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  t.is(await project.read('s', '/listed'), 'one\ntwo\n');

  since = up.mark();
  project.write('tools/.dockerignore', '.dockerignore\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  t.deepEqual(reasons(up, since), ['the ignore file of the additional context tools changed']);
  t.is(await project.read('s', '/listed'), 'left-out\none\ntwo\n');
});

test('an edit while a build runs is not lost, and a build that fails is tried again at the next save', async (t) => {
  const { project, up } = await started(t, {
    'compose.yaml': compose({ b: './b' }),
    'a/Dockerfile': dockerfile('COPY --from=b f /f', 'RUN sleep 2; ! grep bad /f', 'COPY g /g'),
    'a/g': 'g\n',
    'b/f': '1\n',
  });
  let since = up.mark();
  project.write('b/f', '2\n');
  await up.wait('buildOutput', { since, where: ({ line }) => /RUN sleep/.test(line) });
  project.write('b/f', '3\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  since = up.mark();
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  t.is(await project.read('s', '/f'), '3\n');
  await up.settled('s');

  const [before] = await project.lives('s');
  since = up.mark();
  project.write('b/f', 'bad\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: false });
  t.deepEqual((await project.lives('s'))[0], before);
  since = up.mark();
  project.write('a/g', 'h\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: false });
  since = up.mark();
  project.write('b/f', '4\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  t.is(await project.read('s', '/f'), '4\n');
  t.is(await project.read('s', '/g'), 'h\n');
});

test('what was edited together with it is not pushed first, even if the build context holds it too', async (t) => {
  const { project, up } = await started(t, {
    'compose.yaml': compose({ b: './a/b' }),
    'a/Dockerfile': dockerfile('COPY . /all/', 'COPY --from=b f /f'),
    'a/g': 'g\n',
    'a/b/f': '1\n',
  });
  const since = up.mark();
  project.write('a/g', 'h\n');
  project.write('a/b/f', '2\n');
  t.like(await up.wait('rebuildEnd', { since }), { ok: true });
  t.deepEqual(up.all('livepushStart', since), []);
  const read = ['/f', '/all/b/f', '/all/g'].map((path) => project.read('s', path));
  t.deepEqual(await Promise.all(read), ['2\n', '2\n', 'h\n']);
});
