import test, { type ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject, type UpProject, until } from '../helpers/up-project.js';

const build = './app';
const common = { build, init: true, stop_grace_period: '1s' };

/** Two services from one context, one of which joins the network of the other: a save restarts both. */
async function twins(t: ExecutionContext): Promise<UpProject> {
  const joined = {
    ...common,
    network_mode: 'service:api',
    depends_on: { api: { condition: 'service_started', restart: true } },
  };
  const made = await makeUpProject({
    'compose.yaml': JSON.stringify({ services: { api: common, twin: joined } }),
    'app/Dockerfile': 'FROM busybox:1.37\nCOPY a /a\nCMD ["sleep", "100000"]\n',
    'app/a': '0',
  });
  t.teardown(() => made.remove());
  return made;
}

/** Edits, and looks whether both run with the edit, in one network. */
async function both(t: ExecutionContext, made: UpProject, text: string): Promise<void> {
  const network = async (service: string) => {
    const [life] = await made.lives(service);
    if (life?.running !== true || (await made.read(service, '/a')) !== text) return undefined;
    return (await docker('exec', life.id, 'readlink', '/proc/1/ns/net')).stdout.trim() || undefined;
  };
  const same = async () => {
    const [api, twin] = [await network('api'), await network('twin')];
    return api !== undefined && api === twin ? true : undefined;
  };
  t.true(await until(`both to run with ${text}`, same));
}

const faults = (up: UpProcess) => up.all('diagnostic').filter(({ severity }) => severity === 'error');

test('a service that joins the network of another one is started when that one is up again', async (t) => {
  t.timeout(180_000);
  const made = await twins(t);
  const up = made.up(['--restart', 'container']);
  await up.ready();
  for (const text of ['1', '2', '3', '4']) {
    const since = up.mark();
    made.write('app/a', text);
    const pushes = await Promise.all([up.push('api', since), up.push('twin', since)]);
    t.deepEqual(
      pushes.map(({ outcome }) => outcome),
      ['done', 'done'],
    );
    await both(t, made, text);
  }
  t.deepEqual(faults(up), []);
});

test('a push into ordinary containers restarts both as well', async (t) => {
  t.timeout(120_000);
  const made = await twins(t);
  await docker('compose', '--project-directory', made.folder, '-p', made.name, 'up', '--detach', '--build');
  made.write('app/a', '1');
  const push = made.run('push');
  t.is(await push.ended(), 0, push.stderr);
  t.deepEqual(faults(push), []);
  await both(t, made, '1');
});
