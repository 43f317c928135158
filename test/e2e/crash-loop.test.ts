import test, { type ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject, type UpProject, until } from '../helpers/up-project.js';

const policies = ['always', 'unless-stopped', 'on-failure'];

/** Ends with an error unless it says something else, or before a step has made what it needs. */
const main =
  'grep -q broken src/word || { test -e "$(cat src/word)" && echo "up $(cat src/word)" && exec sleep 600; }; exit 3';

/** A project whose services run the same under different restart policies, one step of a build behind the files. */
async function start(
  t: ExecutionContext,
  { services, step }: { services: Readonly<Record<string, string>>; step: string },
): Promise<{ made: UpProject; up: UpProcess }> {
  const dockerfile = ['FROM busybox:1.37', 'WORKDIR /app', 'COPY src src', `RUN ${step}`, `CMD ${main}`];
  const lines = Object.entries(services).map(
    ([name, policy]) => `  ${name}: {build: ., init: true, restart: "${policy}"}\n`,
  );
  const made = await makeUpProject({
    'compose.yaml': `services:\n${lines.join('')}`,
    Dockerfile: `${dockerfile.join('\n')}\n`,
    'src/word': '/bin\n',
  });
  t.teardown(() => made.remove());
  const up = made.up();
  await up.ready();
  for (const service of Object.keys(services)) await up.logLine(service, /^up/, 0);
  return { made, up };
}

/** Waits until the engine has started a container again so often, and waits to do it once more. */
async function loops(made: UpProject, service: string, times: number): Promise<void> {
  const { id } = await made.container(service);
  const format = '{{.State.Restarting}} {{.RestartCount}}';
  await until(`${service} to loop`, async () => {
    const [restarting, count] = (await docker('inspect', '--format', format, id)).stdout.trim().split(' ');
    return (restarting === 'true' && Number(count) >= times) || undefined;
  });
}

test('a container that crashes again and again takes the save that mends it, whatever restarts it', async (t) => {
  const { made, up } = await start(t, {
    services: Object.fromEntries(policies.map((policy) => [policy, policy])),
    step: 'cat src/word > stamp',
  });
  const ids = await Promise.all(policies.map(async (service) => (await made.container(service)).id));
  for (const times of [0, 4]) {
    made.write('src/word', 'broken\n');
    for (const service of policies) await loops(made, service, times);
    const since = up.mark();
    made.write('src/word', '/app\n');
    for (const service of policies) {
      const { outcome, events } = await up.push(service, since);
      t.is(outcome, 'done', service);
      t.false(events.some(({ type }) => type === 'diagnostic'));
      await up.logLine(service, /^up .app$/, since);
      t.is(await made.read(service, '/app/stamp'), '/app\n');
      t.true((await made.lives(service))[0]?.running);
    }
    t.deepEqual(up.all('rebuildStart'), []);
  }
  t.deepEqual(await Promise.all(policies.map(async (service) => (await made.container(service)).id)), ids);
  const format = '{{.HostConfig.RestartPolicy.Name}}';
  t.deepEqual((await docker('inspect', '--format', format, ...ids)).stdout.trim().split('\n'), policies);
});

test('steps have all the time they need, however short the life of the container is', async (t) => {
  const services = { loops: 'unless-stopped', ends: 'on-failure:1' };
  const { made, up } = await start(t, { services, step: 'sleep 2; mkdir -p $(cat src/word); cp src/word stamp' });
  made.write('src/word', 'broken\n');
  await loops(made, 'loops', 1);
  const since = up.mark();
  made.write('src/word', '/made\n');
  for (const service of Object.keys(services)) {
    t.is((await up.push(service, since)).outcome, 'done');
    await up.logLine(service, /^up .made$/, since);
    t.is(await made.read(service, '/app/stamp'), '/made\n');
  }
  t.deepEqual(up.all('rebuildStart'), []);
});

test('a container that ends again and again is told as failing, until it is mended or runs again', async (t) => {
  const services = { loops: 'unless-stopped', ends: 'on-failure:2', alone: 'always' };
  const { made, up } = await start(t, { services, step: 'cat src/word > stamp' });
  const told = (service: string, code: RegExp, since: number, pattern: RegExp) =>
    up.wait('diagnostic', {
      since,
      where: (event) => event.service === service && code.test(event.code) && pattern.test(event.message),
    });
  const again = /has ended with code 3, and is started again and again/;
  const ended = { loops: again, ends: /has ended with code 3\./, alone: again };
  for (const isMended of [true, false]) {
    const since = up.mark();
    made.write('src/word', 'broken\n');
    for (const [service, pattern] of Object.entries(ended)) {
      t.is((await told(service, /^container-(exited|looping)$/, since, pattern)).severity, 'warning', service);
    }
    if (!isMended) break;
    const mended = up.mark();
    made.write('src/word', '/app\n');
    for (const service of Object.keys(services)) t.is((await up.push(service, mended)).outcome, 'done');
  }
  const since = up.mark();
  const { id } = await made.container('alone');
  made.write('word.copy', '/app\n');
  await docker('cp', `${made.folder}/word.copy`, `${id}:/app/src/word`);
  await told('alone', /^container-back$/, since, /runs again/);
  t.false(up.all('diagnostic', since).some(({ service, code }) => service === 'loops' && code === 'container-back'));
});
