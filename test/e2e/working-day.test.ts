import { renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { cleanDifferences, servicesOfMulti } from '../helpers/clean-service.js';
import { docker } from '../helpers/docker-command.js';
import type { EventOf, UpProcess } from '../helpers/up-process.js';
import { answerWith, copyExample, freePort, nothing, type UpProject, until } from '../helpers/up-project.js';

let project: UpProject;
let up: UpProcess;
let url: string;

test.before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  project = await copyExample('multi', {});
  project.write('.env', `SITE_PORT=${port}\nPAUSE_MS=300\n`);
  up = project.up();
  await up.ready();
});

test.after.always(() => project.remove());

/** Compose, as in another terminal. */
const compose = (...args: string[]) =>
  docker('compose', '--project-name', project.name, '--project-directory', project.folder, ...args);

const read = (path: string): Promise<string> => readFile(join(project.folder, path), 'utf8');

/** Writes a file of the project with one text replaced by another. */
async function replace(path: string, from: string, to: string): Promise<void> {
  const text = await read(path);
  if (!text.includes(from)) throw new Error(`There is no ${from} in ${path}.`);
  project.write(path, text.replace(from, to));
}

const rebuilt = (service: string, since: number) =>
  up.wait('rebuildEnd', { since, where: (event) => event.service === service });
const told = (code: string, since: number, service?: string) =>
  up.wait('diagnostic', { since, where: (event) => event.code === code && event.service === service });

/** What the three services run in and since when; to see that something was left alone. */
const lives = async (...services: string[]) => Promise.all(services.map((service) => project.lives(service)));

const texts = async (service: string, path: string): Promise<string[]> => {
  const containers = await project.containers(service);
  return Promise.all(
    containers.map(async ({ id }) => {
      const { stdout } = await docker('exec', id, 'cat', path);
      return stdout;
    }),
  );
};

/** Resolves when so many containers of a service run, are followed, and hold a file as it is in the project. */
function allHold(service: string, count: number, { file, at }: { file: string; at: string }): Promise<true> {
  return until(`${count} containers of ${service} to hold ${file}`, async () => {
    const running = (await project.lives(service)).filter((life) => life.running);
    if (running.length !== count) return undefined;
    const expected = await read(file);
    return (await texts(service, at)).every((text) => text === expected) || undefined;
  });
}

const describeFile = { file: 'backend/shared/describe.js', at: '/app/shared/describe.js' };

test.serial('an edit of a Dockerfile builds its service anew, and no other', async (t) => {
  const before = await lives('api', 'worker');
  const since = up.mark();
  await replace('site/Dockerfile', 'EXPOSE 8080\n', 'EXPOSE 8080\nENV MORNING=coffee\n');
  t.like(await rebuilt('site', since), { ok: true });
  const [site] = await project.containers('site');
  t.true((await site?.inspect())?.env.includes('MORNING=coffee'));
  t.deepEqual(await lives('api', 'worker'), before);
  t.is(up.all('rebuildStart', since).length, 1);
});

test.serial(
  'a comment is no reason to build; a build that fails leaves the old container, until it is mended',
  async (t) => {
    const before = await lives('site', 'api', 'worker');
    let since = up.mark();
    const good = await read('site/Dockerfile');
    project.write('site/Dockerfile', good.replace('EXPOSE 8080\n', 'EXPOSE 8080\nRUN exit 7\n'));
    t.like(await rebuilt('site', since), { ok: false });
    t.deepEqual(await lives('site', 'api', 'worker'), before);
    since = up.mark();
    project.write('site/Dockerfile', `# a comment\n${good}`);
    project.write('site/public/after.html', 'After the failure\n');
    t.is((await up.push('site', since)).outcome, 'done');
    t.is((await answerWith(`${url}/after.html`, 'After')).status, 200);
    t.deepEqual(await lives('site', 'api', 'worker'), before);
  },
);

test.serial(
  'an edit of the compose file recreates just the service that it is about; a broken one changes nothing',
  async (t) => {
    const before = await lives('site', 'api');
    let since = up.mark();
    const good = await read('compose.yaml');
    project.write('compose.yaml', `${good}  {{\n`);
    await told('compose-file', since);
    since = up.mark();
    project.write('compose.yaml', good.replace('      PAUSE_MS:', '      EVENING: tea\n      PAUSE_MS:'));
    t.like(await rebuilt('worker', since), { ok: true });
    const infos = await Promise.all((await project.containers('worker')).map((container) => container.inspect()));
    t.deepEqual(
      infos.map(({ env }) => env.includes('EVENING=tea')),
      [true, true, true],
    );
    t.deepEqual(await lives('site', 'api'), before);
  },
);

test.serial('an env file counts for the services that use it', async (t) => {
  const before = await lives('site', 'api');
  const since = up.mark();
  await replace('.env', 'PAUSE_MS=300', 'PAUSE_MS=200');
  t.like(await rebuilt('worker', since), { ok: true });
  t.deepEqual(await lives('site', 'api'), before);
});

const counter = `  counter:
    image: busybox:1.37
    init: true
    command:
      - sh
      - -c
      - while :; do n=$$(($$(cat /n 2>/dev/null || echo 0) + 1)); echo $$n >/n; echo number $$n; sleep 0.02; done
`;

const linesOf = (containerId: string): string[] =>
  up
    .all('log')
    .filter((event) => event.containerId === containerId)
    .map(({ line }) => line);

/** All that a container has printed, as the engine has kept it. */
const keptLinesOf = async (containerId: string): Promise<string[]> =>
  (await docker('logs', containerId)).stdout.split('\n').slice(0, -1);

test.serial(
  'a service that is added appears; its log is shown whole over restarts and in new containers',
  async (t) => {
    const since = up.mark();
    project.write('compose.yaml', `${await read('compose.yaml')}${counter}`);
    await up.logLine('counter', /number 5/, since);
    const first = (await project.container('counter')).id;
    for (let i = 0; i < 2; i++) {
      const mark = up.mark();
      await compose('restart', '--timeout', '0', 'counter');
      await up.logLine('counter', /number/, mark);
    }
    await compose('stop', '--timeout', '0', 'counter');
    const kept = await keptLinesOf(first);
    await until('the last line to be shown', () => linesOf(first).length >= kept.length || undefined);
    await compose('up', '--detach', '--no-deps', '--force-recreate', 'counter');
    const second = await until('a new counter', async () => {
      const [found] = await project.containers('counter');
      return found && found.id !== first ? found.id : undefined;
    });
    const isSecond = (event: EventOf<'log'>) => event.containerId === second && event.line === 'number 5';
    await up.wait('log', { since, where: isSecond });
    t.deepEqual(linesOf(first), kept);
    t.true(kept.length > 5);
    const shown = linesOf(second);
    t.deepEqual(shown, (await keptLinesOf(second)).slice(0, shown.length));
  },
);

test.serial('a service that is taken out goes', async (t) => {
  const since = up.mark();
  project.write('compose.yaml', (await read('compose.yaml')).replace(counter, ''));
  await told('service-removed', since, 'counter');
  t.deepEqual(await project.containers('counter'), []);
});

test.serial('a crash is over with the save that mends it', async (t) => {
  const good = await read('backend/api/server.js');
  let since = up.mark();
  project.write('backend/api/server.js', `${good}\nthis is no program\n`);
  t.is((await up.push('api', since)).outcome, 'done');
  await up.logLine('api', /SyntaxError/, since);
  since = up.mark();
  project.write('backend/api/server.js', good.replace('API listens', 'The API listens'));
  t.is((await up.push('api', since)).outcome, 'done');
  await up.logLine('api', /The API listens/, since);
  await answerWith(`${url}/api/jobs`, 'done by');
});

test.serial('what compose does in another terminal is followed: restart, stop and start', async (t) => {
  await compose('restart', '--timeout', '1', 'worker');
  await compose('stop', '--timeout', '1', 'api');
  await compose('start', 'api');
  await replace(describeFile.file, 'done by', 'made by');
  await Promise.all([allHold('api', 1, describeFile), allHold('worker', 3, describeFile)]);
  await answerWith(`${url}/api/jobs`, 'made by');
  t.pass();
});

test.serial('a paused container gets what it lacks when somebody unpauses it', async (t) => {
  const before = await lives('api');
  const since = up.mark();
  await compose('pause', 'api');
  await replace('backend/api/server.js', 'The API listens', 'This API listens');
  await told('container-paused', since, 'api');
  await compose('unpause', 'api');
  await up.logLine('api', /This API listens/, since);
  t.deepEqual(
    (await lives('api'))[0]?.map(({ id }) => id),
    before[0]?.map(({ id }) => id),
  );
  t.deepEqual(up.all('rebuildStart', since), []);
});

test.serial('a build context that goes is told, and what differs when it comes back is pushed', async (t) => {
  const [site, away] = [join(project.folder, 'site'), join(project.folder, 'away')];
  const before = await lives('site', 'api');
  const since = up.mark();
  renameSync(site, away);
  await told('context-gone', since, 'site');
  project.write('away/public/back.html', 'Back again\n');
  renameSync(away, site);
  t.deepEqual((await up.push('site', since)).start.deleted, []);
  t.is((await answerWith(`${url}/back.html`, 'Back')).status, 200);
  project.delete('site/public/back.html');
  t.deepEqual(await lives('site', 'api'), before);
});

test.serial('more containers get all that was pushed so far, and fewer are no trouble', async (t) => {
  await compose('up', '--detach', '--no-deps', '--no-recreate', '--scale', 'worker=4', 'worker');
  await allHold('worker', 4, describeFile);
  await replace(describeFile.file, 'made by', 'built by');
  await allHold('worker', 4, describeFile);
  await compose('scale', 'worker=2');
  await allHold('worker', 2, describeFile);
  t.pass();
});

test.serial('containers that somebody else has recreated are live again, and a removed one comes back', async (t) => {
  await compose('up', '--detach', '--no-deps', '--force-recreate', 'api');
  await allHold('api', 1, describeFile);
  await docker('rm', '--force', (await project.container('api')).id);
  await compose('up', '--detach', '--no-deps', 'api');
  await allHold('api', 1, describeFile);
  await answerWith(`${url}/api/jobs`, 'built by');
  t.pass();
});

test.serial('a second session is told who holds the project', async (t) => {
  const second = project.up();
  t.not(await second.ended(), 0);
  t.true(second.all('diagnostic').some(({ message }) => message.includes(String(up.pid))));
});

test.serial('in the evening each container is what a clean build would be', async (t) => {
  rmSync(join(project.folder, 'site/public/after.html'));
  for (const from of servicesOfMulti) {
    let found: string[] = [];
    const isClean = async () => {
      found = await cleanDifferences(project, from);
      return found.length === 0 || undefined;
    };
    await until(`${from.service} to be as a clean build`, isClean).catch(() => {});
    t.deepEqual(found, [], from.service);
  }
  t.is(await up.stop(), 130);
  t.deepEqual(await project.leftovers(), nothing);
  t.deepEqual([up.strayLines, up.stderr], [[], '']);
});
