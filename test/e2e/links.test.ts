import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import { changedOnHost, hostTree } from '../helpers/host-tree.js';
import { makeUpProject, type UpProject } from '../helpers/up-project.js';

interface Made {
  readonly lines: readonly string[];
  readonly service: Readonly<Record<string, unknown>>;
}

async function projectOf(t: ExecutionContext, { lines, service }: Made): Promise<UpProject> {
  t.timeout(180_000);
  const web = { build: 'app', init: true, stop_grace_period: '0.1s', ...service };
  const project = await makeUpProject({
    'compose.yaml': JSON.stringify({ services: { web } }),
    'app/Dockerfile': `${lines.join('\n')}\n`,
    'app/up/kept': 'one\n',
    'app/up/gone': 'one\n',
    'host/kept': "the user's\n",
    'host/gone': "the user's\n",
  });
  t.teardown(() => project.remove());
  return project;
}

const volumes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'beside volumes': {},
  'in a volume': { volumes: ['/copy'] },
};

for (const [where, service] of Object.entries(volumes))
  test(`a link to a directory that becomes one takes nothing away but itself, ${where}`, async (t) => {
    const lines = ['FROM busybox:1.37', 'COPY . /r/', 'RUN rm -rf /copy && cp -a /r /copy', 'CMD ["sleep", "1000"]'];
    const project = await projectOf(t, { lines, service });
    symlinkSync('..', join(project.folder, 'app/link'));
    const up = project.up();
    await up.ready();
    for (const text of ['one\n', 'two\n']) {
      const since = up.mark();
      rmSync(join(project.folder, 'app/link'), { recursive: true });
      mkdirSync(join(project.folder, 'app/link'));
      await writeFile(join(project.folder, 'app/link/file'), text);
      await up.push('web', since);
      await up.settled('web');
      for (const path of ['/r/link/file', '/copy/link/file']) t.is(await project.read('web', path), text);
    }
    const removed = (await (await project.container('web')).changes()).filter(({ kind }) => kind === 'removed');
    t.deepEqual(removed, []);
    t.is(await up.stop(), 130);
  });

/** What the service makes of a directory of its image before anything is edited, and what follows the COPY. */
const steps: Readonly<Record<string, readonly string[]>> = {
  'a copied file': [],
  'what a step has made': ['RUN cat /app/up/* >/made'],
};

for (const [what, run] of Object.entries(steps))
  test(`${what} is not brought through a link of the service into a folder of the host`, async (t) => {
    const main = 'rm -rf /app/up && ln -s /mnt/host /app/up && echo linked && exec sleep 1000';
    const lines = ['FROM busybox:1.37', 'COPY up /app/up', ...run, `CMD ["sh", "-c", "${main}"]`];
    const project = await projectOf(t, { lines, service: { volumes: ['./host:/mnt/host'] } });
    const up = project.up();
    await up.ready();
    await up.logLine('web', /linked/, 0);
    const before = await hostTree(join(project.folder, 'host'));
    const since = up.mark();
    project.write('app/up/kept', 'two\n');
    project.delete('app/up/gone');
    const { reason } = await up.wait('rebuildStart', { since });
    t.is(reason, '/app/up is a link in the container where the image has a directory, and leads elsewhere');
    t.like(await up.wait('rebuildEnd', { since }), { ok: true });
    t.deepEqual(changedOnHost(before, await hostTree(join(project.folder, 'host'))), []);
    t.is(await readFile(join(project.folder, 'host/kept'), 'utf8'), "the user's\n");
    t.is(await up.stop(), 130);
  });

test('a mount is where the links of the image lead, and nothing is brought into it', async (t) => {
  const lines = ['FROM busybox:1.37', 'RUN mkdir /real && ln -s /real /led', 'COPY up /led/up'];
  const made = [...lines, 'RUN cat /led/up/kept >/led/up/made', 'CMD ["sleep", "1000"]'];
  const project = await projectOf(t, { lines: made, service: { volumes: ['./host:/led/up'] } });
  const up = project.up();
  await up.ready();
  const before = await hostTree(join(project.folder, 'host'));
  const since = up.mark();
  project.write('app/up/kept', 'two\n');
  project.delete('app/up/gone');
  await up.push('web', since);
  await up.settled('web');
  t.deepEqual(changedOnHost(before, await hostTree(join(project.folder, 'host'))), []);
  t.is(await up.stop(), 130);
});

test('what a link to a directory has shown is not gone for a push without a session', async (t) => {
  const lines = ['FROM busybox:1.37', 'COPY . /r/', 'CMD ["sleep", "1000"]'];
  const project = await projectOf(t, { lines, service: {} });
  symlinkSync('..', join(project.folder, 'app/link'));
  const compose = ['compose', '--project-directory', project.folder, '-p', project.name];
  t.is((await docker(...compose, 'up', '--detach', '--build')).code, 0);
  rmSync(join(project.folder, 'app/link'));
  project.write('app/link/file', 'one\n');
  const push = project.run('push');
  t.is(await push.ended(), 0, push.stderr);
  t.is(await project.read('web', '/r/link/file'), 'one\n');
  const removed = (await (await project.container('web')).changes()).filter(({ kind }) => kind === 'removed');
  t.deepEqual(removed, []);
});
