import test, { type ExecutionContext } from 'ava';
import { makeUpProject, nothing } from '../helpers/up-project.js';

/** A session of a service that waits for another one in vain. */
async function refused(t: ExecutionContext, waitsFor: string, db: Readonly<Record<string, unknown>>) {
  const web = { build: 'app', init: true, depends_on: { db: { condition: waitsFor } } };
  const project = await makeUpProject({
    'compose.yaml': JSON.stringify({ services: { web, db: { image: 'busybox:1.37', init: true, ...db } } }),
    'app/Dockerfile': 'FROM busybox:1.37\nCOPY a /\nCMD ["sleep", "1000"]\n',
    'app/a': 'one\n',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  t.is(await up.ended(), 1);
  t.deepEqual(await project.leftovers(), nothing);
  return up;
}

test('what the health check of a service says is told where another one waits for it in vain', async (t) => {
  const check = { test: ['CMD', 'sh', '-c', 'echo no tables yet; exit 1'], interval: '1s', retries: 2 };
  const up = await refused(t, 'service_healthy', { command: ['sleep', '1000'], healthcheck: check });
  const [found] = up.all('diagnostic').filter(({ code }) => code === 'unhealthy');
  t.like(found, { service: 'db', message: 'The health check of db says: no tables yet' });
  t.regex(up.stderr, /^error: The project did not start: .* is unhealthy\.$/m);
});

test('what a service has printed is shown where another one waits for its success in vain', async (t) => {
  const command = ['sh', '-c', 'echo looking; echo no tables >&2; exit 3'];
  const up = await refused(t, 'service_completed_successfully', { command });
  const logs = up.all('log').map(({ service, stream, line }) => `${service} ${stream} ${line}`);
  t.deepEqual(logs.sort(), ['db stderr no tables', 'db stdout looking']);
  t.regex(up.stderr, /^error: The project did not start: service "db" didn't complete successfully: exit 3\.$/m);
});

const needy = {
  'compose.yaml': '{"services": {"web": {"build": "app", "init": true}}}',
  'app/Dockerfile': 'FROM busybox:1.37\nCOPY a /\nRUN grep -q good /a\nCMD ["sleep", "1000"]\n',
  'app/a': 'bad\n',
};

test('a first build that fails is tried again at each save, of a file and of the Dockerfile', async (t) => {
  const project = await makeUpProject(needy, { CI: '' });
  t.teardown(() => project.remove());
  const up = project.up();
  const failed = async (since: number) => {
    const told = await up.wait('diagnostic', { since, where: ({ code }) => code === 'build-failed' });
    t.is(told.hint, 'It is built again at the next save.');
    return up.mark();
  };
  let since = await failed(0);
  project.write('app/a', 'worse\n');
  since = await failed(since);
  project.write('app/Dockerfile', needy['app/Dockerfile'].replace('good', 'worse'));
  await up.ready();
  t.is(await project.read('web', '/a'), 'worse\n');
  t.deepEqual(up.all('stopped'), []);
  since = up.mark();
  project.write('app/a', 'worse still\n');
  t.is((await up.push('web', since)).outcome, 'done');
  t.is(await up.stop(), 130);
  t.is(up.all('stopped').length, 1);
  t.deepEqual(await project.leftovers(), nothing);
});

test('a session whose first build has failed ends when it is told to', async (t) => {
  const project = await makeUpProject(needy, { CI: '' });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.wait('diagnostic', { where: ({ code }) => code === 'build-failed' });
  t.is(await up.stop(), 130);
  t.deepEqual(await project.leftovers(), nothing);
});

test('in CI a first build that fails ends the session', async (t) => {
  const project = await makeUpProject(needy, { CI: 'true' });
  t.teardown(() => project.remove());
  const up = project.up();
  t.is(await up.ended(), 1);
  t.regex(up.stderr, /^error: The build failed at \[web 3\/3\] RUN grep -q good \/a/m);
});
