import test from 'ava';
import { attack } from '../attack/attack.js';
import { docker } from '../helpers/docker-command.js';
import { runIn } from '../helpers/real-container.js';
import { makeUpProject } from '../helpers/up-project.js';
import { drawFrom } from '../soak/edits.js';

const minute = 60_000;
/** Moments of a push: `npm run attack` takes more, and others each time. */
const tries = 2;
const seed = 5;

for (const kind of ['tool', 'watch', 'build container', 'service'] as const)
  for (const runs of [true, false])
    test(`${kind} killed in pushes ${runs ? 'with' : 'without'} steps: nothing is harmed, and nothing stays half done`, async (t) => {
      t.timeout(8 * minute);
      const onProgress = (line: string) => t.log(line.split('\n')[0]);
      const failures = await attack({ kind, runs, tries, engine: undefined, draw: drawFrom(seed), onProgress });
      t.is(failures.join('\n\n'), '');
    });

const compose = JSON.stringify({ services: { web: { build: './app', init: true, stop_grace_period: '1s' } } });
const dockerfile = [
  ...['FROM busybox:1.37', 'COPY src /src', 'RUN cat /src/* >/made', 'COPY late /late', 'CMD ["sleep", "600"]', ''],
].join('\n');

test('helpers that somebody clears up are made again, those that never run too', async (t) => {
  t.timeout(3 * minute);
  const made = await makeUpProject({
    ...{ 'compose.yaml': compose, 'app/Dockerfile': dockerfile, 'app/src/a': 'one\n', 'app/late/a': 'one\n' },
  });
  t.teardown(() => made.remove());
  const up = made.up();
  await up.ready();
  const push = async (path: string, text: string) => {
    const since = up.mark();
    made.write(path, text);
    return (await up.push('web', since)).outcome;
  };
  t.is(await push('app/late/a', 'two\n'), 'done');
  t.is(await push('app/src/a', 'two\n'), 'done');
  const helpers = () => made.engine.listContainers([`docker-livepush=${made.name}`]);
  const stopped = (await helpers()).filter(({ state }) => state !== 'running');
  t.true(stopped.length > 0, 'layers are looked at in containers that never run');
  // as `docker container prune` does
  t.is((await docker('rm', ...stopped.map(({ id }) => id))).code, 0);
  made.delete('app/late/a');
  t.is(await push('app/late/b', 'three\n'), 'done');
  for (const { id } of await helpers()) await docker('rm', '--force', id);
  made.delete('app/src/a');
  t.is(await push('app/src/b', 'three\n'), 'done');
  const { stdout } = await runIn(await made.container('web'), ['sh', '-c', 'ls /src /late; cat /made']);
  t.is(stdout, '/late:\nb\n\n/src:\nb\nthree\n');
  t.deepEqual(up.all('rebuildStart'), []);
});

test('containers that a killed session was bringing files into are built anew by the next one', async (t) => {
  t.timeout(4 * minute);
  const stubborn = [
    'FROM busybox:1.37',
    'COPY src /src',
    `CMD trap '[ -e /stubborn ] || exit 0' TERM; while :; do sleep 1; done`,
    '',
  ];
  const slow = { services: { web: { build: './app', stop_grace_period: '600s' } } };
  const made = await makeUpProject({
    ...{ 'compose.yaml': JSON.stringify(slow), 'app/Dockerfile': stubborn.join('\n'), 'app/src/a': 'one\n' },
  });
  t.teardown(() => made.remove());
  const project = ['compose', '--project-directory', made.folder, '-p', made.name];
  t.is((await docker(...project, 'up', '--detach', '--build')).code, 0);
  const [before] = await made.lives('web');
  const container = await made.container('web');
  await runIn(container, ['touch', '/stubborn']);
  const watch = made.run('watch');
  await watch.ready();
  made.write('app/src/a', 'two\n');
  // the files are there, and the process is the old one: it does not want to go
  await watch.wait('containerRestartStart');
  await watch.stop('SIGKILL');
  t.is(await made.read('web', '/src/a'), 'two\n');
  await runIn(container, ['rm', '/stubborn']);

  const push = made.run('push');
  t.is(await push.ended(), 0, push.stderr);
  t.like(push.all('rebuildStart'), [{ service: 'web' }]);
  t.not((await made.lives('web'))[0]?.id, before?.id);
  t.is(await made.read('web', '/src/a'), 'two\n');
  t.deepEqual((await made.leftovers()).locks, []);
  const again = made.run('push');
  t.is(await again.ended(), 0, again.stderr);
  t.deepEqual(again.all('rebuildStart'), []);
});
