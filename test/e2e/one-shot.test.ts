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
