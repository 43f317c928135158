import test from 'ava';
import { makeUpProject } from '../helpers/up-project.js';

test('a session of many containers says nothing beside its events', async (t) => {
  t.timeout(120_000);
  const made = await makeUpProject({
    'compose.yaml': JSON.stringify({
      services: { web: { build: '.', init: true, stop_grace_period: '0s', scale: 12 } },
    }),
    Dockerfile: 'FROM busybox:1.37\nCOPY a /a\nCMD ["sleep", "100000"]\n',
    a: 'one',
  });
  t.teardown(() => made.remove());
  const up = made.up();
  await up.ready();
  const since = up.mark();
  made.write('a', 'two');
  await up.push('web', since);
  await up.stop();
  t.is(up.stderr, '');
});
