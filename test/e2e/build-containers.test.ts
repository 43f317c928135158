import { writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import type { LivepushEvent } from '../../src/events.js';
import { docker } from '../helpers/docker-command.js';
import { differences, readFileSystem } from '../helpers/file-system.js';
import { changedOnHost, hostTree } from '../helpers/host-tree.js';
import { type LiveProject, makeLiveProject } from '../helpers/live-project.js';
import { runIn } from '../helpers/real-container.js';
import { makeUpProject, until } from '../helpers/up-project.js';

const CMD = 'CMD ["sleep", "100000"]';

interface Made {
  readonly dockerfile: readonly string[];
  /** What the compose file says of service `web`, besides its build. */
  readonly service?: object;
  readonly build?: object;
  readonly top?: object;
  readonly files: Readonly<Record<string, string>>;
}

async function started(t: ExecutionContext, { dockerfile, service, build, top, files }: Made): Promise<LiveProject> {
  t.timeout(180_000);
  const web = { build: { context: './app', ...build }, init: true, stop_grace_period: '1s', ...service };
  const named = Object.fromEntries(Object.entries(files).map(([path, content]) => [`app/${path}`, content]));
  const project = await makeLiveProject({
    'compose.yaml': JSON.stringify({ services: { web }, ...top }),
    'app/Dockerfile': `${dockerfile.join('\n')}\n`,
    ...named,
  });
  t.teardown(() => project.remove());
  project.start();
  await project.ready();
  return project;
}

async function push(project: LiveProject, edits: Readonly<Record<string, string>>) {
  const since = project.events.length;
  const end = project.nextPush('web');
  for (const [path, content] of Object.entries(edits)) await project.write(`app/${path}`, content);
  const { outcome } = await end;
  await project.settled('web');
  const events = project.events.slice(since);
  const all = <Type extends LivepushEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<LivepushEvent, { type: Type }> => event.type === type);
  return { outcome, commands: all('commandExecute').map(({ command }) => command), all };
}

const read = async (project: LiveProject, path: string): Promise<string> =>
  (await runIn(await project.container('web'), ['cat', path])).stdout;

/** The containers in which steps run, and those beside them that show their images. */
const buildContainers = async ({ engine, name }: LiveProject) =>
  (await engine.listContainers([`docker-livepush=${name}`])).filter(({ state }) => state === 'running');

test.serial(
  'steps that remove and chown are nothing to a folder of the host that is mounted where they work',
  async (t) => {
    const project = await started(t, {
      dockerfile: [
        ...['FROM busybox:1.37', 'WORKDIR /app', 'COPY . .', '# livepush-check ignore=run-not-repeatable'],
        ...['RUN rm -rf attic && chown -R 5:6 /app && cat text >/made', CMD],
      ],
      service: { volumes: ['./app:/app'] },
      files: { text: 'one\n', 'attic/old': 'kept\n', 'more/x': 'x\n' },
    });
    const folder = join(project.folder, 'app');
    const before = await hostTree(folder);
    const { outcome, all } = await push(project, { text: 'two\n' });
    t.is(outcome, 'done');
    t.deepEqual(changedOnHost(before, await hostTree(folder)), ['text']);
    t.is(await read(project, '/made'), 'two\n');
    t.is(all('containerRestart').length, 1);
  },
);

test.serial('an edit that a mount shows already does nothing, and restarts where that is asked for', async (t) => {
  for (const asked of [false, true]) {
    const project = await started(t, {
      dockerfile: ['FROM busybox:1.37', 'COPY . /app/', CMD],
      service: { volumes: ['./app/data:/app/data'], ...(asked && { 'x-livepush': { mounts: 'restart' } }) },
      files: { text: 'one\n', 'data/state': 'one\n' },
    });
    const since = project.events.length;
    if (asked) {
      t.is((await push(project, { 'data/state': 'two\n' })).all('containerRestart').length, 1);
    } else {
      await project.write('app/data/state', 'two\n');
      // the next edit is another one
      const { all } = await push(project, { text: 'two\n' });
      t.deepEqual(
        all('livepushStart').map(({ push: number, changed }) => [number, changed.includes('text')]),
        [[1, true]],
      );
      t.is(project.events.slice(since).filter(({ type }) => type === 'containerRestart').length, 1);
    }
  }
});

test.serial('in a volume files land as in the image, and what the service has put there stays', async (t) => {
  const project = await started(t, {
    dockerfile: [
      ...['FROM busybox:1.37', 'COPY names /src/'],
      ...[
        'RUN rm -rf /out/*; for name in $(cat /src/names); do mkdir -p /out/$name && echo $name >/out/$name/made; done',
        CMD,
      ],
    ],
    service: { volumes: ['out:/out'], cap_drop: ['ALL'] },
    top: { volumes: { out: {} } },
    files: { names: 'a b\n' },
  });
  t.teardown(() => docker('volume', 'rm', '--force', `${project.name}_out`));
  const container = await project.container('web');
  await runIn(container, ['sh', '-c', 'echo mine >/out/a/mine; echo mine >/out/top']);
  const { outcome } = await push(project, { names: 'b c\n' });
  t.is(outcome, 'done');
  const { stdout } = await runIn(container, ['sh', '-c', 'cd /out; find . -type f | sort | xargs grep .']);
  t.is(stdout, './a/mine:mine\n./b/made:b\n./c/made:c\n./top:mine\n');
});

test.serial(
  'a folder that is gone from the context leaves a volume, but for what the service has put into it',
  async (t) => {
    const project = await started(t, {
      dockerfile: ['FROM busybox:1.37', 'COPY src /src', CMD],
      service: { volumes: ['code:/src'] },
      top: { volumes: { code: {} } },
      files: { 'src/old/a': '1\n', 'src/old/deep/b': '1\n', 'src/gone/c': '1\n', 'src/kept': '1\n' },
    });
    t.teardown(() => docker('volume', 'rm', '--force', `${project.name}_code`));
    const container = await project.container('web');
    await runIn(container, ['sh', '-c', 'echo mine >/src/old/mine']);
    const end = project.nextPush('web');
    await rename(join(project.folder, 'app/src/old'), join(project.folder, 'app/aside'));
    await rename(join(project.folder, 'app/src/gone'), join(project.folder, 'app/aside/gone'));
    t.is((await end).outcome, 'done');
    await project.settled('web');
    const { stdout } = await runIn(container, ['sh', '-c', 'cd /src; find . | sort']);
    t.is(stdout, '.\n./kept\n./old\n./old/mine\n');
  },
);

test.serial(
  'what an earlier stage gives does not land in folders of the host, at, above or below its destination',
  async (t) => {
    for (const target of ['/out', '/out/sub', '/']) {
      const at = target === '/' ? '/out/sub/deep' : target;
      const project = await started(t, {
        dockerfile: [
          ...['FROM busybox:1.37 AS make', 'COPY src /src'],
          ...[
            'RUN rm -rf /made && mkdir -p /made/sub/deep && cp /src/a /made/a && cp /src/a /made/sub/a && cp /src/a /made/sub/deep/a',
          ],
          ...['FROM busybox:1.37', 'COPY --from=make /made /out', CMD],
        ],
        service: { volumes: [`./host:${at}`] },
        files: { 'src/a': 'one\n', '../host/a': 'mine\n', '../host/sub/a': 'mine\n' },
      });
      const host = join(project.folder, 'host');
      const before = await hostTree(host);
      t.is((await push(project, { 'src/a': 'two\n' })).outcome, 'done', at);
      t.deepEqual(changedOnHost(before, await hostTree(host)), [], at);
      t.is(await read(project, '/out/a'), at === '/out' ? 'mine\n' : 'two\n', at);
      await project.stop();
    }
  },
);

test.serial(
  'a step that fails, and one that is cancelled, leave the containers byte for byte as they were',
  async (t) => {
    const project = await started(t, {
      dockerfile: [
        ...['FROM busybox:1.37', 'WORKDIR /app', 'COPY text ./', 'RUN cp text first && rm -f gone-soon'],
        ...[
          'COPY rest ./rest',
          'RUN grep -q bad text && exit 3; grep -q slow text && echo begun && sleep 600; cp text made',
          CMD,
        ],
      ],
      files: { text: 'one\n', 'rest/x': 'x\n' },
    });
    const container = await project.container('web');
    const before = await readFileSystem(container);
    const failed = await push(project, { text: 'bad\n', 'rest/y': 'y\n' });
    t.is(failed.outcome, 'failed');
    t.deepEqual(differences(before, await readFileSystem(container)), []);

    const since = project.events.length;
    await project.write('app/text', 'slow\n');
    await project.until(
      () => project.events.slice(since).find((event) => event.type === 'commandOutput' && event.data.includes('begun')),
      { what: 'the step to begin' },
    );
    const done = await push(project, { text: 'two\n' });
    t.is(done.outcome, 'done');
    t.true(project.events.slice(since).some(({ type }) => type === 'cancel'));
    t.is(await read(project, '/app/made'), 'two\n');
    t.is(await read(project, '/app/rest/y'), 'y\n');
  },
);

test.serial('a step that runs is ended by an edit that concerns it, and by no other', async (t) => {
  const project = await started(t, {
    dockerfile: [
      ...['FROM busybox:1.37', 'COPY a /a', 'RUN grep -q slow /a && echo begun && sleep 3; cp /a /made-a'],
      ...['COPY b /b', 'RUN cat /a /b >/made-b', CMD],
    ],
    files: { a: 'one\n', b: 'one\n' },
  });
  const since = project.events.length;
  await project.write('app/a', 'slow\n');
  await project.until(
    () => project.events.slice(since).find((event) => event.type === 'commandOutput' && event.data.includes('begun')),
    { what: 'the step to begin' },
  );
  const { outcome } = await push(project, { b: 'two\n' });
  t.is(outcome, 'done');
  const codes = project.events
    .slice(since)
    .flatMap((event) => (event.type === 'commandReturn' ? [event.returnCode] : []));
  t.deepEqual(codes, [0, 0], 'each step has run once, to its end');
  t.is(await read(project, '/made-b'), 'slow\ntwo\n');
});

test.serial('a step runs once for all replicas, and one more replica gets what it has made', async (t) => {
  const project = await started(t, {
    dockerfile: ['FROM busybox:1.37', 'COPY a /a', 'RUN cat /a /proc/sys/kernel/random/uuid >/made', CMD],
    service: { scale: 3 },
    files: { a: 'one\n' },
  });
  const { outcome, commands, all } = await push(project, { a: 'two\n' });
  t.is(outcome, 'done');
  t.is(commands.length, 1);
  t.is(all('containerRestart').length, 3);
  const made = async () =>
    new Set(
      await Promise.all(
        (await project.containers('web')).map(async (each) => (await runIn(each, ['cat', '/made'])).stdout),
      ),
    );
  const [first] = await made();
  t.regex(first ?? '', /^two\n/);
  t.is((await made()).size, 1);
  const end = project.nextPush('web');
  const files = ['-f', join(project.folder, 'compose.yaml'), '-p', project.name];
  const [sample] = await project.containers('web');
  const { image } = (await sample?.inspect()) ?? { image: '' };
  t.truthy(image);
  await docker('compose', ...files, 'up', '-d', '--no-build', '--no-recreate', '--scale', 'web=4', 'web');
  t.is((await end).outcome, 'done');
  t.deepEqual([...(await made())], [first]);
  t.is((await project.containers('web')).length, 4);
});

test.serial('what a step leaves in the background ends with it, and nothing of the service is there', async (t) => {
  const project = await started(t, {
    dockerfile: [
      ...['FROM busybox:1.37', 'COPY a /a', 'ENV OF_IMAGE=1'],
      ...[
        'RUN (trap "" TERM HUP; while :; do sleep 1; done) >/dev/null 2>&1 & setsid sleep 1000 >/dev/null 2>&1 & cp /a /made',
      ],
      ...[
        'RUN (ps | grep -c "[s]leep 10*$" || true) >/left; env | grep -c OF_SERVICE >/env; ls /of-service >>/env 2>&1; true',
        CMD,
      ],
    ],
    service: { environment: { OF_SERVICE: '1' }, tmpfs: ['/of-service'], user: '5', read_only: false },
    files: { a: 'one\n' },
  });
  t.is((await push(project, { a: 'two\n' })).outcome, 'done');
  t.is(await read(project, '/env'), '0\nls: /of-service: No such file or directory\n');
  t.is(await read(project, '/left'), '0\n');
  for (const { id } of await buildContainers(project)) {
    const { stdout } = await runIn(project.engine.container(id), ['ps']);
    t.notRegex(stdout, /sleep 1(000)?$/m);
  }
});

test.serial(
  'a secret is in memory alone, where the step can read it, and nowhere when the step has ended',
  async (t) => {
    const project = await started(t, {
      dockerfile: [
        ...['FROM busybox:1.37', 'COPY a /a'],
        ...[
          'RUN --mount=type=secret,id=token --mount=type=secret,id=other,target=/deep/er/t,uid=7,mode=0440 wc -c </run/secrets/token >/size && stat -c "%u %a" /deep/er/t >>/size && grep -q wait /a && echo begun && sleep 600; true',
        ],
        CMD,
      ],
      service: { tmpfs: ['/run'] },
      build: { secrets: ['token', 'other'] },
      top: { secrets: { token: { file: './token.txt' }, other: { environment: 'LPF_OTHER' } } },
      files: { a: 'one\n', '../token.txt': 'tok-4711-of-nobody', '../.env': 'LPF_OTHER=from-the-env-file\n' },
    });
    t.is((await push(project, { a: 'two\n' })).outcome, 'done');
    t.is(await read(project, '/size'), '18\n7 440\n');
    const since = project.events.length;
    await project.write('app/a', 'wait\n');
    await project.until(
      () => project.events.slice(since).find((event) => event.type === 'commandOutput' && event.data.includes('begun')),
      { what: 'the step to begin' },
    );
    const all = await project.engine.listContainers([]);
    const own = all.filter(({ name }) => name.includes(project.name));
    const helpers = await buildContainers(project);
    t.true(helpers.length > 0);
    for (const { id } of [...own, ...helpers]) {
      const layers = await text(await project.engine.container(id).export());
      t.false(layers.includes('tok-4711'), 'while the step runs');
      t.false(layers.includes('from-the-env-file'));
    }
    t.is((await push(project, { a: 'three\n' })).outcome, 'done');
    for (const { id } of helpers) {
      const { stdout } = await runIn(project.engine.container(id), [
        'sh',
        '-c',
        'find /run/docker-livepush/memory /run/secrets /deep',
      ]);
      t.is(stdout, '/run/docker-livepush/memory\n');
    }
  },
);

test.serial('a build container that somebody removes is made again, and nothing is lost', async (t) => {
  const project = await started(t, {
    dockerfile: ['FROM busybox:1.37', 'COPY src /src', 'RUN cat /src/* >/made', 'COPY late /late', CMD],
    files: { 'src/a': '1\n', late: '1\n' },
  });
  t.is((await push(project, { 'src/a': '2\n' })).outcome, 'done');
  t.is((await push(project, { late: '2\n' })).outcome, 'done');
  for (const { id } of await buildContainers(project)) await project.engine.container(id).remove();
  const { outcome, all } = await push(project, { 'src/b': '3\n' });
  t.is(outcome, 'done');
  t.deepEqual(all('rebuildStart'), []);
  t.is(await read(project, '/made'), '2\n3\n');
  t.is(await read(project, '/late'), '2\n');
});

test.serial('images that somebody prunes come back with a build, and nothing is lost', async (t) => {
  const project = await started(t, {
    dockerfile: [
      ...['FROM busybox:1.37 AS first', 'COPY a /a', 'RUN cat /a >/made'],
      ...['FROM busybox:1.37', 'COPY --from=first /made /made', CMD],
    ],
    files: { a: '1' },
  });
  const helpers = await until('the image of the stage', async () => {
    const images = await project.engine.listImages([`docker-livepush=${project.name}`]);
    return images.find((image) => image.includes('stage-0')) === undefined ? undefined : images;
  });
  await project.settled('web');
  for (const image of helpers.filter((name) => name.includes('/stage-'))) await project.engine.removeImage(image);
  await project.write('app/a', '2');
  // the container is another one in between
  const made = () => read(project, '/made').catch(() => '');
  await until('what the step makes of it', async () => (await made()) === '2' || undefined);
  await project.settled('web');
  t.is((await push(project, { a: '3' })).outcome, 'done');
  t.is(await read(project, '/made'), '3');
});

test.serial('a step has the network, the hosts and the limits of its build', async (t) => {
  // the soft limit is now and then raised to the hard one, by the Go runtime of runc before 1.1.13, in builds as in execs
  const show = 'ls /sys/class/net | grep -vc "^lo$"; grep -c of-the-build /etc/hosts; ulimit -H -n';
  const project = await started(t, {
    dockerfile: ['FROM busybox:1.37', 'COPY a /a', `RUN cat /a >/seen; (${show}) >>/seen 2>&1; true`, CMD],
    build: {
      network: 'none',
      extra_hosts: ['of-the-build:10.1.2.3'],
      ulimits: { nofile: { soft: 1234, hard: 2345 } },
    },
    files: { a: 'one\n' },
  });
  const built = await read(project, '/seen');
  t.is((await push(project, { a: 'two\n' })).outcome, 'done');
  t.is(await read(project, '/seen'), built.replace('one', 'two'));
});

test.serial('a file that comes back with an old time is new to tools that go by times', async (t) => {
  const project = await started(t, {
    dockerfile: [...['FROM busybox:1.37', 'COPY src /src', 'RUN [ /made -nt /src/a ] || cp /src/a /made', CMD]],
    files: { 'src/a': 'one\n' },
  });
  const since = project.events.length;
  const end = project.nextPush('web');
  await docker(
    'run',
    '--rm',
    '-v',
    `${project.folder}:/f`,
    'busybox:1.37',
    'sh',
    '-c',
    'echo old >/f/n && touch -t 202401010000 /f/n && mv /f/n /f/app/src/a',
  );
  t.is((await end).outcome, 'done');
  t.is(await read(project, '/made'), 'old\n');
  t.is(project.events.slice(since).filter(({ type }) => type === 'containerRestart').length, 1);
});

test.serial('a cache that a build has filled before is filled in a push, too', async (t) => {
  const mount = 'RUN --mount=type=cache,target=/store';
  const project = await started(t, {
    dockerfile: [
      ...[
        'FROM busybox:1.37',
        'COPY lock /lock',
        `${mount} for name in $(cat /lock); do echo $name >/store/$name; done`,
      ],
      ...[
        'COPY src /src',
        `${mount} rm -f /made; for name in $(cat /lock); do cat /store/$name >>/made || exit 1; done`,
        CMD,
      ],
    ],
    files: { lock: 'a b\n', 'src/x': '1\n' },
  });
  const { outcome, all } = await push(project, { 'src/x': '2\n' });
  t.is(outcome, 'done');
  t.false(all('commandOutput').some(({ data }) => data.includes('No such file')));
  t.is(await read(project, '/made'), 'a\nb\n');
  t.is((await push(project, { lock: 'b c\n' })).outcome, 'done');
  t.is(await read(project, '/made'), 'b\nc\n');
});

test.serial('a step whose inputs came out the same is not run again', async (t) => {
  const project = await started(t, {
    dockerfile: [
      ...['FROM busybox:1.37 AS prune', 'COPY src /src', 'RUN mkdir -p /out && head -n 1 /src/a >/out/first'],
      ...[
        'FROM busybox:1.37',
        'COPY --from=prune /out /in',
        'RUN cat /in/first /proc/sys/kernel/random/uuid >/made',
        CMD,
      ],
    ],
    files: { 'src/a': 'one\nmore\n' },
  });
  const before = await read(project, '/made');
  const same = await push(project, { 'src/a': 'one\nless\n' });
  t.is(same.outcome, 'done');
  t.is(same.commands.length, 1);
  t.deepEqual(same.all('containerRestart'), []);
  t.is(await read(project, '/made'), before);
  const other = await push(project, { 'src/a': 'two\nless\n' });
  t.is(other.commands.length, 2);
  t.regex(await read(project, '/made'), /^two\n/);
});

test.serial('a session that is killed leaves no secret, and no process of a step', async (t) => {
  t.timeout(120_000);
  const made = await makeUpProject({
    'compose.yaml': JSON.stringify({
      services: { web: { build: { context: './app', secrets: ['token'] }, init: true } },
      secrets: { token: { file: './token.txt' } },
    }),
    'token.txt': 'tok-4711-of-nobody',
    'app/a': 'one\n',
    'app/Dockerfile': [
      ...['FROM busybox:1.37', 'COPY a /a'],
      ...['RUN --mount=type=secret,id=token grep -q wait /a && echo begun && sleep 600; true', CMD, ''],
    ].join('\n'),
  });
  t.teardown(() => made.remove());
  const up = made.up();
  await up.ready();
  made.write('app/a', 'wait\n');
  await up.wait('commandOutput', { where: ({ data }) => data.includes('begun') });
  const helpers = (await made.engine.listContainers([`docker-livepush=${made.name}`])).map(({ id }) => id);
  await up.stop('SIGKILL');
  const look = 'cat /run/docker-livepush/memory/* /run/secrets/* 2>/dev/null; ps | grep "[s]leep 600"';
  for (const id of helpers) {
    const container = made.engine.container(id);
    if (!(await container.inspect()).running) continue;
    await until('nothing of the step to be left', async () =>
      (await runIn(container, ['sh', '-c', look])).stdout === '' ? true : undefined,
    );
    t.false((await text(await container.export())).includes('tok-4711'));
  }
});

test.serial(
  'an edit right after the start is right, though images of stages are still being built, and also when it is taken back',
  async (t) => {
    const project = await started(t, {
      dockerfile: [
        'FROM busybox:1.37 AS made',
        'COPY a.txt b.txt /in/',
        'RUN cat /in/a.txt /in/b.txt > /out.txt',
        'FROM busybox:1.37',
        'COPY --from=made /out.txt /srv/out.txt',
        'RUN cp /srv/out.txt /srv/again.txt',
        CMD,
      ],
      files: { 'a.txt': 'one\n', 'b.txt': 'one\n' },
    });
    t.is((await push(project, { 'a.txt': 'two\n' })).outcome, 'done');
    t.is(await read(project, '/srv/again.txt'), 'two\none\n');
    t.is((await push(project, { 'a.txt': 'one\n', 'b.txt': 'three\n' })).outcome, 'done');
    t.is(await read(project, '/srv/again.txt'), 'one\nthree\n');
  },
);

test.serial('an edit between the builds of the image that runs and of its stages leads to another build', async (t) => {
  t.timeout(180_000);
  const web = { build: { context: './app' }, init: true, stop_grace_period: '1s' };
  const project = await makeLiveProject({
    'compose.yaml': JSON.stringify({ services: { web } }),
    'app/Dockerfile': [
      'FROM busybox:1.37 AS made',
      'COPY names /in/',
      'RUN rm -rf /out; mkdir -p /out; for name in $(cat /in/names); do echo $name >/out/$name; done',
      'FROM busybox:1.37',
      'COPY --from=made /out /srv/',
      CMD,
      '',
    ].join('\n'),
    'app/names': 'a b\n',
  });
  t.teardown(() => project.remove());
  project.start();
  const edit = () => {
    if (!project.events.some(({ type }) => type === 'buildEnd')) return undefined;
    writeFileSync(join(project.folder, 'app/names'), 'b c\n');
    return true;
  };
  await project.until(edit, { what: 'the build to end' });
  await project.ready();
  await project.until(() => project.events.find(({ type }) => type === 'rebuildEnd'), { what: 'another build' });
  await project.settled('web');
  t.is((await runIn(await project.container('web'), ['ls', '/srv'])).stdout, 'b\nc\n');
  t.is((await push(project, { names: 'c d\n' })).outcome, 'done');
  t.is((await runIn(await project.container('web'), ['ls', '/srv'])).stdout, 'c\nd\n');
});

test.serial(
  'an edit that is taken back, or made once more, needs no commands again, and all is as in a build',
  async (t) => {
    const project = await started(t, {
      dockerfile: [
        'FROM busybox:1.37 AS made',
        'COPY lock /made/',
        'RUN sleep 1; rm -rf /made/out; mkdir -p /made/out; for name in $(cat /made/lock); do echo $name >/made/out/$name; done',
        'FROM busybox:1.37',
        'WORKDIR /app',
        'COPY package ./',
        'RUN sleep 1; rm -rf modules; mkdir -p modules; for name in $(cat package); do echo $name >modules/$name; done',
        'COPY --from=made /made/out/ made/',
        'COPY src src',
        'RUN cat modules/* made/* src/* >all',
        CMD,
      ],
      files: { lock: 'x y\n', package: 'a b\n', 'src/one': 'one\n' },
    });
    const built = await readFileSystem(await project.container('web'), '/app');
    const last = 'cat modules/* made/* src/* >all';
    const pushed = async (edits: Readonly<Record<string, string>>) => {
      const { outcome, commands } = await push(project, edits);
      t.is(outcome, 'done');
      return { commands, all: await read(project, '/app/all') };
    };
    t.deepEqual(await pushed({ 'src/one': 'two\n' }), { commands: [last], all: 'a\nb\nx\ny\ntwo\n' });
    t.like(await pushed({ package: 'b c\n' }), { all: 'b\nc\nx\ny\ntwo\n' });
    t.deepEqual(await pushed({ package: 'a b\n' }), { commands: [last], all: 'a\nb\nx\ny\ntwo\n' });
    t.deepEqual(await pushed({ package: 'b c\n' }), { commands: [], all: 'b\nc\nx\ny\ntwo\n' });
    t.deepEqual(await pushed({ package: 'a b\n' }), { commands: [], all: 'a\nb\nx\ny\ntwo\n' });
    t.like(await pushed({ lock: 'y z\n' }), { all: 'a\nb\ny\nz\ntwo\n' });
    t.deepEqual(await pushed({ lock: 'x y\n' }), { commands: [last], all: 'a\nb\nx\ny\ntwo\n' });
    t.deepEqual(await pushed({ 'src/one': 'one\n' }), { commands: [last], all: 'a\nb\nx\ny\none\n' });
    t.deepEqual(differences(built, await readFileSystem(await project.container('web'), '/app')), []);
  },
);

test.serial(
  'the build containers that an edit can need are there before one does, also after a rebuild, and removed with the session',
  async (t) => {
    const dockerfile = [
      ...['FROM busybox:1.37 AS copied', 'COPY a /a', 'FROM busybox:1.37 AS built', 'COPY a /a', 'RUN cp /a /built'],
      ...['FROM busybox:1.37', 'COPY --from=copied /a /a', 'COPY --from=built /built /', 'RUN cat a built >made', CMD],
    ];
    const project = await started(t, { dockerfile, files: { a: 'one\n' } });
    const labelled = async () => {
      const label = `docker-livepush=${project.name}`;
      const listed = await project.engine.listContainers([label, 'docker-livepush.stage']);
      return listed.map(({ labels, state }) => `${labels['docker-livepush.stage']} ${state}`).sort();
    };
    // two of the final stage: one of them shows the image
    const expected = ['1 running', '2 running', '2 running'];
    const areThere = () =>
      until('the build containers', async () => ((await labelled()).join() === expected.join() ? true : undefined));
    await areThere();
    t.is((await push(project, { a: 'two\n' })).outcome, 'done');
    t.is(await read(project, '/made'), 'two\ntwo\n');

    await project.write('app/Dockerfile', `${dockerfile.join('\n')}\n# ${project.name}\nENV NEW=1\n`);
    await project.until(() => project.events.find(({ type }) => type === 'rebuildEnd'), { what: 'a rebuild' });
    await areThere();
    t.is((await push(project, { a: 'three\n' })).outcome, 'done');
    t.is(await read(project, '/made'), 'three\nthree\n');
    await project.stop();
    t.deepEqual(await labelled(), []);
  },
);
