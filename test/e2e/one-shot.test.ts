import test from 'ava';
import { makeUpProject } from '../helpers/up-project.js';

test('the end of a service that gets no pushes is told once, with its code', async (t) => {
  t.timeout(120_000);
  const made = await makeUpProject({
    'compose.yaml': JSON.stringify({
      services: {
        web: { build: '.', init: true, stop_grace_period: '0s' },
        migrate: { image: 'busybox:1.37', command: 'true' },
        broken: { image: 'busybox:1.37', command: ['sh', '-c', 'exit 3'] },
      },
    }),
    Dockerfile: 'FROM busybox:1.37\nCOPY a /a\nCMD ["sleep", "100000"]\n',
    a: 'one',
  });
  t.teardown(() => made.remove());
  const up = made.up();
  await up.ready();
  for (const service of ['migrate', 'broken'])
    await up.wait('diagnostic', { where: (event) => event.code === 'container-exited' && event.service === service });
  const since = up.mark();
  made.write('a', 'two');
  await up.push('web', since);
  await up.settled('web');
  const told = up.all('diagnostic').filter(({ code }) => code === 'container-exited');
  const name = (service: string) => `Container ${made.name}-${service}-1 has ended with code`;
  t.deepEqual(
    told.map(({ service, severity, message, hint }) => ({ service, severity, message, hint })).toSorted(byService),
    [
      { service: 'broken', severity: 'warning', message: `${name('broken')} 3.`, hint: undefined },
      { service: 'migrate', severity: 'note', message: `${name('migrate')} 0.`, hint: undefined },
    ],
  );
});

const byService = (left: { service: string | undefined }, right: { service: string | undefined }): number =>
  (left.service ?? '').localeCompare(right.service ?? '');

test('a job that has done its work gets the files, and is not run again; one that has failed is', async (t) => {
  t.timeout(120_000);
  const job = (code: number) => ({
    build: '.',
    command: ['sh', '-c', `echo run >>/state/$(hostname); exit ${code}`],
    hostname: code === 0 ? 'seed' : 'broken',
    volumes: ['state:/state'],
  });
  const made = await makeUpProject({
    'compose.yaml': JSON.stringify({
      services: {
        seed: job(0),
        broken: { ...job(3), 'x-livepush': { restart: 'container' } },
        web: {
          build: '.',
          init: true,
          volumes: ['state:/state'],
          depends_on: { seed: { condition: 'service_completed_successfully' } },
        },
      },
      volumes: { state: {} },
    }),
    Dockerfile: 'FROM busybox:1.37\nCOPY src /src/\nCMD ["sleep", "100000"]\n',
    'src/a': 'one',
    'src/b': 'one',
  });
  t.teardown(() => made.remove());
  const up = made.up();
  await up.ready();
  const since = up.mark();
  made.write('src/a', 'two');
  for (const service of ['seed', 'broken', 'web']) t.is((await up.push(service, since)).outcome, 'done', service);
  t.is(await made.read('seed', '/src/a'), 'two');
  await up.settled('broken');
  t.is(await made.read('web', '/state/seed'), 'run\n');
  t.is(await made.read('web', '/state/broken'), 'run\nrun\n');

  // a file can be taken from a running container only: the job gets all of that when somebody starts it
  const after = up.mark();
  made.delete('src/b');
  made.write('src/a', 'three');
  t.is((await up.push('web', after)).outcome, 'done');
  await up.settled('seed');
  t.deepEqual(
    up.all('rebuildStart').filter(({ service }) => service === 'seed'),
    [],
  );
  t.is(await made.read('web', '/state/seed'), 'run\n');
});
