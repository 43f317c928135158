import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { readText } from '../../src/docker/read-text.js';
import { makeLiveProject } from '../helpers/live-project.js';
import { makeUpProject } from '../helpers/up-project.js';

const compose = 'services: {web: {build: ., init: true, stop_grace_period: 1s, env_file: .env}}\n';

/** The Dockerfile lies in the context, and is copied with all the rest. */
const dockerfile = (...lines: string[]) =>
  ['FROM busybox:1.37', 'WORKDIR /app', 'COPY . .', 'RUN cat src >made', ...lines, 'CMD ["sleep", "1000"]', ''].join(
    '\n',
  );

async function started(t: ExecutionContext) {
  const files = { 'compose.yaml': compose, Dockerfile: dockerfile(), '.env': 'VALUE=1\n', src: '1\n' };
  const project = await makeUpProject(files);
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  return { project, up, read: (path: string) => project.read('web', `/app/${path}`) };
}

test('an edit of a Dockerfile, ignore file or env file is not pushed, nor what was edited with it: the rebuild has it all', async (t) => {
  const { project, up, read } = await started(t);
  const editedWith = async (path: string, content: string, src: string) => {
    const since = up.mark();
    project.write('src', src);
    project.write(path, content);
    t.like(await up.wait('rebuildEnd', { since }), { ok: true });
    t.deepEqual(up.all('livepushStart', since), []);
    t.deepEqual([await read('src'), await read('made')], [src, src]);
    return since;
  };
  const next = dockerfile('RUN echo more >more');
  await editedWith('Dockerfile', next, '2\n');
  t.deepEqual([await read('Dockerfile'), await read('more')], [next, 'more\n']);
  await editedWith('.dockerignore', 'left-out\n', '3\n');
  t.is(await read('.dockerignore'), 'left-out\n');
  const since = await editedWith('.env', 'VALUE=2\n', '4\n');
  t.is(await read('.env'), 'VALUE=2\n');
  t.true((await (await project.container('web')).inspect()).env.includes('VALUE=2'));

  project.write('src', '5\n');
  t.is((await up.push('web', since)).outcome, 'done');
  t.is(await read('made'), '5\n');
  t.is(up.all('rebuildStart', since).length, 1);
});

test('where no rebuild follows, all of it is pushed', async (t) => {
  const { project, up, read } = await started(t);
  const since = up.mark();
  const commented = `# a comment\n${dockerfile()}`;
  project.write('Dockerfile', commented);
  project.write('src', '2\n');
  t.is((await up.push('web', since)).outcome, 'done');
  t.deepEqual([await read('Dockerfile'), await read('made')], [commented, '2\n']);
  t.deepEqual(up.all('rebuildStart', since), []);
});

test('where the rebuild fails, the old container goes on until the next save', async (t) => {
  const { project, up, read } = await started(t);
  for (const [bad, src] of [
    [dockerfile('RUN exit 7'), '2\n'],
    ['FRMO busybox:1.37\n', '3\n'],
  ] as const) {
    const [before] = await project.lives('web');
    const was = await read('src');
    let since = up.mark();
    project.write('src', src);
    project.write('Dockerfile', bad);
    if (bad.startsWith('FROM')) t.like(await up.wait('rebuildEnd', { since }), { ok: false });
    else await up.wait('diagnostic', { since, where: ({ severity }) => severity === 'error' });
    await up.settled('web');
    t.deepEqual(up.all('livepushStart', since), []);
    t.deepEqual([(await project.lives('web'))[0], await read('src')], [before, was]);

    since = up.mark();
    project.write('other', src);
    t.is((await up.push('web', since)).outcome, 'done');
    t.deepEqual([await read('other'), await read('made')], [src, src]);
    await up.settled('web');

    since = up.mark();
    project.write('Dockerfile', dockerfile());
    t.is((await up.push('web', since)).outcome, 'done');
    t.is(await read('Dockerfile'), dockerfile());
  }
});

test('a Dockerfile that is edited while the first build runs is built, too', async (t) => {
  const slow = dockerfile('RUN sleep 2');
  const project = await makeUpProject({ 'compose.yaml': compose, Dockerfile: slow, '.env': 'VALUE=1\n', src: '1\n' });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.wait('buildStart', {});
  project.write('src', '2\n');
  project.write('Dockerfile', dockerfile('RUN cat src >more'));
  await up.ready();
  await up.settled('web');
  t.is(up.all('rebuildEnd', 0).filter(({ ok }) => ok).length, 1);
  t.deepEqual([await project.read('web', '/app/src'), await project.read('web', '/app/more')], ['2\n', '2\n']);
  t.is(await project.read('web', '/app/Dockerfile'), dockerfile('RUN cat src >more'));
});

test('while it is paused, nothing is built anew; then all comes at once', async (t) => {
  const project = await makeLiveProject({ 'compose.yaml': compose, Dockerfile: dockerfile(), '.env': '', src: '1\n' });
  t.teardown(() => project.remove());
  project.start();
  await project.ready();
  project.control?.pause();
  await project.write('Dockerfile', dockerfile('RUN cat src >more'));
  await delay(1000);
  await project.write('src', '2\n');
  await delay(1000);
  t.deepEqual(
    project.events.filter(({ type }) => type === 'rebuildStart' || type === 'livepushStart'),
    [],
  );
  project.control?.resume();
  await project.until(() => project.events.find(({ type }) => type === 'rebuildEnd'), { what: 'a rebuild' });
  await project.settled('web');
  const container = await project.container('web');
  t.deepEqual([await readText(container, '/app/src'), await readText(container, '/app/more')], ['2\n', '2\n']);
});

test('a process that was to be restarted by a push that another one took over is restarted though that one fails', async (t) => {
  const steps = ['FROM busybox:1.37', 'COPY src /src', 'RUN ! grep -q bad /src && cp /src /made'];
  const main = 'CMD ["sh", "-c", "cat /made; exec sleep 1000"]';
  const files = { 'compose.yaml': compose, Dockerfile: [...steps, main, ''].join('\n'), '.env': '', src: '0\n' };
  const project = await makeUpProject(files);
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  for (const round of ['1', '2', '3']) {
    let since = up.mark();
    project.write('src', `${round} first\n`);
    t.is((await up.push('web', since)).outcome, 'done');
    since = up.mark();
    project.write('src', `${round} second\n`);
    await up.wait('filesCopied', { since });
    project.write('src', 'bad\n');
    await up.wait('livepushEnd', { since, where: ({ outcome }) => outcome === 'failed' });
    await up.logLine('web', new RegExp(`^${round} second$`), since);
    t.is(await project.read('web', '/made'), `${round} second\n`);
  }
});
