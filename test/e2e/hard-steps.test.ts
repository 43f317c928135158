import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { packEntries } from '../../src/docker/tar.js';
import type { LivepushEvent } from '../../src/events.js';
import { docker } from '../helpers/docker-command.js';
import { differences, readFileSystem } from '../helpers/file-system.js';
import { changedOnHost, hostTree } from '../helpers/host-tree.js';
import { type LiveProject, makeLiveProject } from '../helpers/live-project.js';
import { runIn } from '../helpers/real-container.js';

const CMD = 'CMD ["sleep", "100000"]';

interface Made {
  readonly dockerfile: readonly string[];
  readonly service?: object;
  readonly files: Readonly<Record<string, string | Buffer>>;
}

async function started(t: ExecutionContext, { dockerfile, service, files }: Made): Promise<LiveProject> {
  t.timeout(300_000);
  const web = { build: './app', init: true, stop_grace_period: '1s', ...service };
  const project = await makeLiveProject({
    'compose.yaml': JSON.stringify({ services: { web } }),
    'app/Dockerfile': `${dockerfile.join('\n')}\n`,
  });
  t.teardown(() => project.remove());
  for (const [path, content] of Object.entries(files)) await project.write(`app/${path}`, content);
  project.start();
  await project.ready();
  return project;
}

const since = <Type extends LivepushEvent['type']>(project: LiveProject, from: number, type: Type) =>
  project.events.slice(from).filter((event): event is Extract<LivepushEvent, { type: Type }> => event.type === type);

async function push(project: LiveProject, path: string, content: string | Buffer) {
  const from = project.events.length;
  const end = project.nextPush('web');
  await project.write(`app/${path}`, content);
  const { outcome, rebuild } = await end;
  await project.settled('web');
  return { outcome, rebuild, all: <Type extends LivepushEvent['type']>(type: Type) => since(project, from, type) };
}

/** Writes a file that a step waits on; resolves when the step has begun. */
async function begin(project: LiveProject, path: string, content: string): Promise<void> {
  const from = project.events.length;
  await project.write(`app/${path}`, content);
  const hasBegun = () => since(project, from, 'commandOutput').find(({ data }) => data.includes('begun'));
  await project.until(hasBegun, { what: 'the step to begin' });
}

const read = async (project: LiveProject, ...argv: string[]): Promise<string> =>
  (await runIn(await project.container('web'), argv)).stdout;

const helpersOf = async ({ engine, name }: LiveProject) =>
  (await engine.listContainers([`docker-livepush=${name}`])).filter(({ state }) => state === 'running');

const scripts = {
  'src/set.py': `import os, struct, sys\nos.setxattr(sys.argv[1], 'security.capability', struct.pack('<5I', 0x02000001, 1 << 10, 0, 0, 0))\n`,
  'src/show.py': `import os, sys\nfor path in sys.argv[1:]: print(path, os.getxattr(path, 'security.capability').hex(), open(path).read().strip())\n`,
  'src/tool': 'one\n',
};
const PYTHON = 'FROM python:3.11-slim-bookworm';
const CAPABLE = '0100000200040000000000000000000000000000';

test('file capabilities that a step sets land, in an image without getcap too', async (t) => {
  const project = await started(t, {
    dockerfile: [PYTHON, 'COPY src /src', 'RUN cp /src/tool /own && chmod 755 /own && python3 /src/set.py /own', CMD],
    files: scripts,
  });
  const { outcome, all } = await push(project, 'src/tool', 'two\n');
  t.is(outcome, 'done');
  t.deepEqual(all('rebuildStart'), []);
  t.is(await read(project, 'python3', '/src/show.py', '/own'), `/own ${CAPABLE} two\n`);
});

test('file capabilities that an earlier stage gives are those of a build', async (t) => {
  const project = await started(t, {
    dockerfile: [
      ...[
        `${PYTHON} AS make`,
        'COPY src /src',
        'RUN cp /src/tool /made && chmod 755 /made && python3 /src/set.py /made',
      ],
      ...[PYTHON, 'COPY src/show.py /src/', 'COPY --from=make /made /made', 'RUN true', CMD],
    ],
    files: scripts,
  });
  const { rebuild } = await push(project, 'src/tool', 'two\n');
  t.regex(rebuild ?? '', /\/made has file capabilities/);
  await project.until(() => project.events.find(({ type }) => type === 'rebuildEnd'), { what: 'the rebuild' });
  t.is(await read(project, 'python3', '/src/show.py', '/made'), `/made ${CAPABLE} two\n`);
});

const archive = async (text: string): Promise<Buffer> => {
  const content = Buffer.from(text);
  const entry = { kind: 'file', path: 'in/a', mode: 0o644, uid: 0, gid: 0, content } as const;
  return Buffer.concat(await packEntries([entry]).toArray());
};

test('an archive over a folder of the host is refused with a reason, and the folder stays as it is', async (t) => {
  const project = await started(t, {
    dockerfile: ['FROM busybox:1.37', 'ADD a.tar /data/', 'COPY text /text', CMD],
    service: { volumes: ['./host:/data/in'] },
    files: { 'a.tar': await archive('one\n'), text: 'one\n', '../host/a': 'mine\n' },
  });
  const host = join(project.folder, 'host');
  const before = await hostTree(host);
  const { rebuild } = await push(project, 'a.tar', await archive('two\n'));
  t.regex(rebuild ?? '', /^An archive would be unpacked over a mount of the container, at \/data\/?\.$/);
  await project.until(() => project.events.find(({ type }) => type === 'rebuildEnd'), { what: 'the rebuild' });
  t.deepEqual(changedOnHost(before, await hostTree(host)), []);
  t.is((await push(project, 'text', 'two\n')).outcome, 'done');
  t.is(await read(project, 'cat', '/text', '/data/in/a'), 'two\nmine\n');
});

const waiting = [
  'FROM busybox:1.37',
  'COPY a /a',
  'RUN if grep -q wait /a; then echo begun; sleep 600; fi; cp /a /made',
  CMD,
];

test('a step whose build container is removed runs again in another one', async (t) => {
  const project = await started(t, { dockerfile: waiting, files: { a: 'one\n' } });
  await begin(project, 'a', 'wait\n');
  const from = project.events.length;
  for (const { id } of await helpersOf(project)) await project.engine.container(id).remove();
  const again = () => since(project, from, 'commandOutput').find(({ data }) => data.includes('begun'));
  await project.until(again, { what: 'the step to begin again' });
  t.is(await read(project, 'cat', '/a', '/made'), 'one\none\n');
  t.is((await push(project, 'a', 'two\n')).outcome, 'done');
  t.is(await read(project, 'cat', '/a', '/made'), 'two\ntwo\n');
});

test('a step whose build container goes away each time fails with a sentence, and the container is as it was', async (t) => {
  const project = await started(t, { dockerfile: waiting, files: { a: 'one\n' } });
  const before = await readFileSystem(await project.container('web'));
  const end = project.nextPush('web');
  const from = project.events.length;
  await project.write('app/a', 'wait\n');
  for (let time = 1; time <= 2; time++) {
    const begun = () => since(project, from, 'commandOutput').filter(({ data }) => data.includes('begun'))[time - 1];
    await project.until(begun, { what: `the step to begin, time ${time}` });
    for (const { id } of await helpersOf(project)) await project.engine.container(id).remove();
  }
  t.is((await end).outcome, 'failed');
  const [fault] = since(project, from, 'diagnostic');
  t.regex(fault?.message ?? '', /^The build container of web went away while its steps ran/);
  t.deepEqual(differences(before, await readFileSystem(await project.container('web'))), []);
  t.is((await push(project, 'a', 'two\n')).outcome, 'done');
  t.is(await read(project, 'cat', '/a', '/made'), 'two\ntwo\n');
});

test('a step that is killed for want of memory fails, and the container is as it was', async (t) => {
  const project = await started(t, {
    dockerfile: [
      ...['FROM busybox:1.37', 'COPY a /a'],
      ...['RUN if grep -q hungry /a; then tail -c 1000000000 /dev/zero; fi && cp /a /made', CMD],
    ],
    files: { a: 'one\n' },
  });
  t.is((await push(project, 'a', 'two\n')).outcome, 'done');
  for (const { id } of await helpersOf(project)) {
    const { code, stderr } = await docker('update', '--memory', '24m', '--memory-swap', '24m', id);
    t.is(code, 0, stderr);
  }
  const before = await readFileSystem(await project.container('web'));
  const { outcome, all } = await push(project, 'a', 'hungry\n');
  t.is(outcome, 'failed');
  t.is(all('commandReturn').at(-1)?.returnCode, 137);
  t.deepEqual(differences(before, await readFileSystem(await project.container('web'))), []);
  t.is((await push(project, 'a', 'three\n')).outcome, 'done');
  t.is(await read(project, 'cat', '/a', '/made'), 'three\nthree\n');
});

test('what a step leaves that no room is left for is removed at once, and the next push begins as the image was built', async (t) => {
  const project = await started(t, {
    dockerfile: [
      ...['FROM busybox:1.37', 'COPY a /a'],
      ...['RUN cp /a /made; if grep -q full /a; then cp /a /litter; cat /a >/dev/full; fi', CMD],
    ],
    files: { a: 'one\n' },
  });
  t.is((await push(project, 'a', 'two\n')).outcome, 'done');
  const helpers = await helpersOf(project);
  t.true(helpers.length > 0);
  const before = await readFileSystem(await project.container('web'));
  const { outcome, all } = await push(project, 'a', 'full\n');
  t.is(outcome, 'failed');
  t.regex(JSON.stringify(all('commandOutput')), /no space left on device/i);
  t.deepEqual(differences(before, await readFileSystem(await project.container('web'))), []);
  const left = new Set((await helpersOf(project)).map(({ id }) => id));
  t.deepEqual(
    helpers.filter(({ id }) => left.has(id)),
    [],
  );
  t.is((await push(project, 'a', 'three\n')).outcome, 'done');
  t.is(await read(project, 'sh', '-c', 'cat /a /made; ls /litter'), 'three\nthree\n');
});
