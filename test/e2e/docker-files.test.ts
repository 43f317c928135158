import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import test from 'ava';
import type { Container } from '../../src/docker/engine.js';
import { packEntries, readTar, type TarEntry } from '../../src/docker/tar.js';
import { LivepushError } from '../../src/errors.js';
import { realEngine, runIn, withContainer, withRunning } from '../helpers/real-container.js';
import { watchMemory } from '../helpers/retained-memory.js';

const engine = realEngine();
test.after.always(() => engine.close());

const owner = { uid: 0, gid: 0 };
const file = (path: string, content: string | Buffer): TarEntry => ({
  kind: 'file',
  path,
  mode: 0o644,
  ...owner,
  content: Buffer.from(content),
});

async function contentOf(container: Container, path: string): Promise<string | undefined> {
  const archive = await container.getArchive(path);
  let content: string | undefined;
  if (archive) {
    await readTar(archive, async (_, body) => {
      content = await text(body);
    });
  }
  return content;
}

const refusal = async (promise: Promise<unknown>): Promise<LivepushError> => {
  const thrown = await promise.then(
    () => 'nothing',
    (error: unknown) => error,
  );
  if (thrown instanceof LivepushError) return thrown;
  throw new Error(`not refused with a LivepushError: ${thrown}`);
};

const oddNames = [
  'with space',
  'new\nline',
  'grün 🚀',
  'x'.repeat(255),
  '-dash',
  'q\'"q',
  `${'deep/'.repeat(60)}end`,
  '#?&%20',
];

test('files with odd names go in and come out', async (t) => {
  await withRunning(engine, {}, async (container) => {
    await container.putArchive('/tmp', packEntries(oddNames.map((name) => file(name, name))));
    for (const name of oddNames) {
      t.is(await contentOf(container, `/tmp/${name}`), name, name);
      t.like(await container.stat(`/tmp/${name}`), { kind: 'file', size: Buffer.byteLength(name) });
    }
  });
});

test('mode, owner, time and links arrive as packed', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const mtime = new Date('2024-05-06T07:08:09.123Z');
    await container.putArchive(
      '/tmp',
      packEntries([
        { kind: 'directory', path: 'd', mode: 0o1750, uid: 1, gid: 2, mtime },
        { kind: 'file', path: 'd/f', mode: 0o4751, uid: 1_000_000, gid: 4, mtime, content: Buffer.from('x') },
        { kind: 'file', path: 'd/none', mode: 0, ...owner, mtime, content: Buffer.from('x') },
        { kind: 'link', path: 'd/l', mode: 0o777, ...owner, mtime, target: 'f' },
      ]),
    );
    const { stdout } = await runIn(container, ['sh', '-c', 'cd /tmp/d; stat -c "%n %a %u:%g %Y" . f none; readlink l']);
    t.is(stdout, '. 1750 1:2 1714979289\nf 4751 1000000:4 1714979289\nnone 0 0:0 1714979289\nf\n');
    t.like(await container.stat('/tmp/d'), { kind: 'directory', mode: 0o1750 });
    t.like(await container.stat('/tmp/d/f'), { kind: 'file', mode: 0o4751, size: 1 });
  });
});

test('times keep their milliseconds, so that two edits in one second differ', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const mtime = new Date('2024-05-06T07:08:09.123Z');
    await container.putArchive(
      '/tmp',
      packEntries([{ kind: 'file', path: 'f', mode: 0o644, ...owner, mtime, content: Buffer.from('') }]),
    );
    const archive = await container.getArchive('/tmp/f');
    t.truthy(archive);
    const { stdout } = await runIn(container, ['stat', '-c', '%y', '/tmp/f']);
    t.regex(stdout, /07:08:09\.123/);
  });
});

test('stat sees a link itself and tells where it leads', async (t) => {
  await withRunning(engine, {}, async (container) => {
    await runIn(container, [
      'sh',
      '-c',
      'ln -s passwd /etc/to-file; ln -s /etc /tmp/to-dir; ln -s nowhere /tmp/broken; mkfifo /tmp/pipe',
    ]);
    t.like(await container.stat('/etc/to-file'), { kind: 'link', linkTarget: '/etc/passwd' });
    t.like(await container.stat('/tmp/to-dir'), { kind: 'link', linkTarget: '/etc' });
    t.like(await container.stat('/tmp/broken'), { kind: 'link', linkTarget: '/tmp/nowhere' });
    t.like(await container.stat('/tmp/to-dir/passwd'), { kind: 'file' });
    t.like(await container.stat('/tmp/pipe'), { kind: 'other' });
    t.like(await container.stat('/tmp'), { kind: 'directory', mode: 0o1777 });
  });
});

test('what is not there is undefined, below a file as well', async (t) => {
  await withRunning(engine, {}, async (container) => {
    for (const path of ['/none', '/none/below', '/etc/passwd/below']) {
      t.is(await container.stat(path), undefined, path);
      t.is(await container.getArchive(path), undefined, path);
    }
  });
});

test('a stopped container takes and gives files', async (t) => {
  await withContainer(engine, {}, async (container) => {
    await container.putArchive('/tmp', packEntries([file('a', 'one')]));
    t.is(await contentOf(container, '/tmp/a'), 'one');
    t.like(await container.stat('/tmp/a'), { kind: 'file', size: 3 });
  });
});

test('a container that is gone is lost', async (t) => {
  const container = engine.container('livepush-none');
  const calls = [
    container.stat('/etc'),
    container.getArchive('/etc'),
    container.putArchive('/etc', packEntries([file('a', 'a')])),
    container.inspect(),
    container.start(),
    container.kill('TERM'),
    container.restart(),
    container.waitExit(),
    container.followLogs({ signal: new AbortController().signal, onLine: () => {} }),
  ];
  for (const call of calls) t.is((await refusal(call)).code, 'container-lost');
});

test('a directory that is not there, a file in its place, and an archive that is none are errors of the engine', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const put = (path: string, tar: Readable) => refusal(container.putArchive(path, tar));
    const missing = await put('/none', packEntries([file('a', 'a')]));
    t.is(missing.code, 'engine-error');
    t.regex(missing.message, /\/none/);
    t.regex((await put('/etc/passwd', packEntries([file('a', 'a')]))).message, /not a directory/);
    t.regex((await put('/tmp', Readable.from([Buffer.alloc(4096, 'x')]))).message, /tar/);
  });
});

/** Blocks of zeros, as many as are asked for. */
const zeros = (size: number): Readable =>
  Readable.from(
    (function* () {
      for (let left = size; left > 0; left -= 65536) yield Buffer.alloc(Math.min(left, 65536));
    })(),
    { objectMode: false },
  );

const large = (size: number): TarEntry => ({
  kind: 'file',
  path: 'large',
  mode: 0o644,
  ...owner,
  size,
  open: () => zeros(size),
});

test.serial('a large file goes in and out without being held in memory', async (t) => {
  const size = 100 * 2 ** 20;
  await withRunning(engine, {}, async (container) => {
    const memory = watchMemory();
    const tar = packEntries([large(size)]);
    tar.on('data', (chunk: Buffer) => memory.passed(chunk.length));
    await container.putArchive('/tmp', tar);
    t.like(await container.stat('/tmp/large'), { size });
    const archive = await container.getArchive('/tmp/large');
    let seen = 0;
    await readTar(archive ?? Readable.from([]), async (_, body) => {
      for await (const chunk of body) {
        seen += chunk.length;
        memory.passed(chunk.length);
      }
    });
    t.is(seen, size);
    t.true(memory.peak() < 32 * 2 ** 20, `${memory.peak()} bytes`);
  });
});

test('an upload that the engine refuses before its end is reported, and the source is closed', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const tar = packEntries([large(2 ** 30)]);
    const { code, message } = await refusal(container.putArchive('/none', tar));
    t.is(code, 'engine-error');
    t.regex(message, /\/none/);
    t.true(tar.destroyed);
  });
});

test('an upload that breaks within the archive is reported', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const good = await buffer(packEntries([file('a', 'x'.repeat(100_000))]));
    const tar = Readable.from([good.subarray(0, -1024), Buffer.alloc(2048, 'y'), Buffer.alloc(10_000_000)]);
    t.is((await refusal(container.putArchive('/tmp', tar))).code, 'engine-error');
  });
});

test('a fault of the source is what the caller gets', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const gone: TarEntry = {
      kind: 'file',
      path: 'f',
      mode: 0o644,
      ...owner,
      size: 3,
      open: () => broken(new Error('disk')),
    };
    const fault = await refusal(container.putArchive('/tmp', packEntries([file('a', 'a'), gone])));
    t.is(fault.code, 'context-file');
    const plain = new Error('mine');
    t.is(await container.putArchive('/tmp', broken(plain)).catch((error: unknown) => error), plain);
    const stopped = new PassThrough();
    stopped.write(Buffer.alloc(10));
    setImmediate(() => stopped.destroy());
    await t.throwsAsync(container.putArchive('/tmp', stopped), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
    const before = new PassThrough();
    before.on('error', () => {});
    before.destroy(plain);
    t.is(await container.putArchive('/tmp', before).catch((error: unknown) => error), plain);
  });
});

function broken(fault: Error): Readable {
  return new Readable({
    read() {
      this.destroy(fault);
    },
  });
}
