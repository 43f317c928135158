import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import type { Container, LogLine } from '../../src/docker/engine.js';
import { packEntries } from '../../src/docker/tar.js';
import { LivepushError } from '../../src/errors.js';
import { realEngine, runIn, testLabel, withContainer, withRunning } from '../helpers/real-container.js';

const engine = realEngine();
test.after.always(() => engine.close());

/** What the interface does not offer: containers with options that only compose files set. */
const docker = async (...argv: string[]): Promise<string> => (await promisify(execFile)('docker', argv)).stdout.trim();

async function withOptions(options: readonly string[], run: (container: Container) => Promise<void>): Promise<void> {
  const id = await docker('run', '-d', '--label', testLabel, ...options);
  const container = engine.container(id);
  try {
    await run(container);
  } finally {
    await container.remove();
  }
}

test('the engine answers', async (t) => {
  await t.notThrowsAsync(engine.ping());
});

test('containers are found by all their labels, stopped ones too, in the order of their names', async (t) => {
  const labels = { 'livepush.group': `g${process.pid}`, 'livepush.bare': '' };
  const group = `livepush.group=${labels['livepush.group']}`;
  await withContainer(engine, { labels }, async (stopped, first) => {
    await withRunning(engine, { labels }, async (running, second) => {
      const found = await engine.listContainers([group, 'livepush.bare']);
      const expected = [
        { id: stopped.id, name: first, state: 'created' },
        { id: running.id, name: second, state: 'running' },
      ].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
      t.deepEqual(
        found.map(({ id, name, state }) => ({ id, name, state })),
        expected,
      );
      t.is(found[0]?.labels['livepush.bare'], '');
      t.deepEqual(await engine.listContainers([group, 'livepush.other']), []);
    });
  });
});

test('an inspection tells what compose and the image set', async (t) => {
  const options = [
    '--read-only',
    '--tmpfs',
    '/scratch',
    '-v',
    '/vol',
    '-e',
    'A=1',
    '--user',
    '5',
    '--stop-timeout',
    '3',
  ];
  await withOptions([...options, '--stop-signal', 'INT', '-t', 'busybox:1.37', 'sleep', '60'], async (container) => {
    const info = await container.inspect();
    t.like(info, {
      running: true,
      readOnlyRoot: true,
      user: '5',
      tty: true,
      stopSignal: 'INT',
      stopTimeout: 3,
      image: 'busybox:1.37',
    });
    t.true(info.env.includes('A=1'));
    t.deepEqual(info.published, []);
    t.deepEqual(info.mounts.map(({ type, destination }) => `${type} ${destination}`).sort(), [
      'tmpfs /scratch',
      'volume /vol',
    ]);
  });
});

test('a read-only container refuses files', async (t) => {
  await withOptions(['--read-only', 'busybox:1.37', 'sleep', '60'], async (container) => {
    const tar = packEntries([{ kind: 'file', path: 'a', mode: 0o644, uid: 0, gid: 0, content: Buffer.from('a') }]);
    const refusal = await t.throwsAsync(container.putArchive('/tmp', tar), { instanceOf: LivepushError });
    t.is(refusal?.code, 'container-refused');
    t.truthy(refusal?.hint);
  });
});

test('a paused container refuses commands', async (t) => {
  await withOptions(['busybox:1.37', 'sleep', '60'], async (container) => {
    await docker('pause', container.id);
    const refusal = await t.throwsAsync(container.exec({ argv: ['true'] }), { instanceOf: LivepushError });
    t.is(refusal?.code, 'container-paused');
  });
});

test('start, kill and wait, on containers that are there already as well', async (t) => {
  await withContainer(
    engine,
    { command: ['sh', '-c', 'trap "exit 4" USR1; echo up; while :; do sleep 0.05; done'] },
    async (container) => {
      await container.waitExit();
      await container.kill('KILL');
      await container.start();
      await container.start();
      await firstLine(container);
      const ended = container.waitExit();
      await container.kill('USR1');
      await ended;
      t.like(await container.inspect(), { running: false, exitCode: 4 });
      await container.kill('USR1');
      await container.remove();
      await container.remove();
    },
  );
});

async function firstLine(container: Container): Promise<void> {
  const stop = new AbortController();
  await container.followLogs({ signal: stop.signal, onLine: () => stop.abort() });
}

test("a restart stops with the container's own signal", async (t) => {
  const script = 'trap "echo int; exit" INT; echo up; while :; do sleep 0.05; done';
  await withOptions(['--stop-signal', 'INT', 'busybox:1.37', 'sh', '-c', script], async (container) => {
    await firstLine(container);
    const { startedAt } = await container.inspect();
    await container.restart();
    const after = await container.inspect();
    t.true(after.running);
    t.not(after.startedAt, startedAt);
    t.is(await docker('logs', container.id), 'up\nint\nup');
  });
});

test('a container without time to stop is sound after restarts', async (t) => {
  await withOptions(['--init', '--stop-timeout', '0', 'busybox:1.37', 'sleep', '600'], async (container) => {
    for (let i = 0; i < 5; i++) {
      await container.restart();
      t.is((await runIn(container, ['echo', 'sound'])).stdout, 'sound\n');
    }
  });
});

test('a stopped container is started by a restart', async (t) => {
  await withContainer(engine, {}, async (container) => {
    await container.restart();
    t.true((await container.inspect()).running);
  });
});

const chatter = 'for i in 1 2 3; do echo out$i; echo err$i >&2; sleep 0.05; done';

test('logs come line by line until the container ends', async (t) => {
  await withRunning(engine, { command: ['sh', '-c', chatter] }, async (container) => {
    const lines: string[] = [];
    await container.followLogs({
      signal: new AbortController().signal,
      onLine: ({ stream, text }) => lines.push(`${stream} ${text}`),
    });
    const expected = ['stderr err1', 'stderr err2', 'stderr err3', 'stdout out1', 'stdout out2', 'stdout out3'];
    t.deepEqual(lines.sort(), expected);
  });
});

test('logs since a time stamp begin after it', async (t) => {
  await withRunning(engine, { command: ['sh', '-c', chatter] }, async (container) => {
    await container.waitExit();
    const stamps = (await docker('logs', '--timestamps', container.id)).split('\n');
    const since = stamps.find((line) => line.endsWith(' out2'))?.split(' ')[0] ?? '';
    const lines: string[] = [];
    const onLine = ({ stream, text }: LogLine): void => void (stream === 'stdout' && lines.push(text));
    await container.followLogs({ since, signal: new AbortController().signal, onLine });
    t.deepEqual(lines, ['out3']);
  });
});

test("a terminal's logs come without carriage returns", async (t) => {
  await withOptions(['-t', 'busybox:1.37', 'sh', '-c', 'echo one; echo two >&2'], async (container) => {
    const lines: string[] = [];
    const signal = new AbortController().signal;
    await container.followLogs({ signal, onLine: ({ stream, text }) => lines.push(`${stream} ${text}`) });
    t.deepEqual(lines, ['stdout one', 'stdout two']);
  });
});

test('an abort ends logs without an error, before and while they are followed', async (t) => {
  await withRunning(engine, {}, async (container) => {
    await container.followLogs({ signal: AbortSignal.abort(), onLine: () => {} });
    const stop = new AbortController();
    const followed = container.followLogs({ signal: stop.signal, onLine: () => {} });
    await container.inspect();
    stop.abort();
    await t.notThrowsAsync(followed);
  });
});

test('images are inspected, listed by label and removed', async (t) => {
  const tag = `livepush-test-image-${process.pid}`;
  const label = `livepush.image=${process.pid}`;
  await withContainer(engine, {}, async (container) => {
    await docker(
      'commit',
      '-c',
      `LABEL ${label}`,
      '-c',
      'ENV A=1',
      '-c',
      'WORKDIR /w',
      '-c',
      'USER 3',
      container.id,
      tag,
    );
  });
  try {
    const image = await engine.inspectImage(tag);
    t.like(image, { workdir: '/w', user: '3', onBuild: [] });
    t.true(image?.env.includes('A=1'));
    t.deepEqual(await engine.listImages([label]), [`${tag}:latest`]);
  } finally {
    await engine.removeImage(tag);
  }
  t.deepEqual(await engine.listImages([label]), []);
  t.is(await engine.inspectImage(tag), undefined);
  await engine.removeImage(tag);
});

test('a container of an image that is not there cannot be made', async (t) => {
  const error = await t.throwsAsync(
    withContainer(engine, { image: 'livepush-none' }, async () => {}),
    { instanceOf: LivepushError },
  );
  t.is(error?.code, 'container-refused');
  t.regex(error?.message ?? '', /livepush-none/);
});
