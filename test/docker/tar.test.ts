import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import test from 'ava';
import { packEntries, readTar, type TarEntry, type TarHeader } from '../../src/docker/tar.js';
import { LivepushError } from '../../src/errors.js';
import { watchMemory } from '../helpers/retained-memory.js';

const owner = { uid: 0, gid: 0 };
const mtime = new Date('2024-05-06T07:08:09.123Z');
const file = (path: string, content: string): TarEntry => ({
  kind: 'file',
  path,
  mode: 0o644,
  ...owner,
  mtime,
  content: Buffer.from(content),
});

async function readAll(source: Readable): Promise<{ headers: TarHeader[]; contents: string[] }> {
  const headers: TarHeader[] = [];
  const contents: string[] = [];
  await readTar(source, async (header, body) => {
    headers.push(header);
    contents.push(await text(body));
  });
  return { headers, contents };
}

/** Content of a size that is made while it is read. */
const zeros = (size: number): Readable =>
  Readable.from(
    (function* () {
      for (let left = size; left > 0; left -= 65536) yield Buffer.alloc(Math.min(left, 65536));
    })(),
    { objectMode: false },
  );

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-tar-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('files, directories and links come back as they were packed', async (t) => {
  const entries: TarEntry[] = [
    { kind: 'directory', path: 'dir', mode: 0o1777, uid: 1, gid: 2, mtime },
    file('dir/a.txt', 'hello'),
    { kind: 'link', path: 'dir/link', mode: 0o777, ...owner, mtime, target: '../other place' },
    { kind: 'file', path: 'empty', mode: 0o4755, uid: 1000, gid: 1000, mtime, content: Buffer.alloc(0) },
  ];
  const { headers, contents } = await readAll(packEntries(entries));
  t.deepEqual(headers, [
    { path: 'dir', kind: 'directory', mode: 0o1777, uid: 1, gid: 2, size: 0, mtime, linkTarget: '', capabilities: '' },
    { path: 'dir/a.txt', kind: 'file', mode: 0o644, ...owner, size: 5, mtime, linkTarget: '', capabilities: '' },
    {
      path: 'dir/link',
      kind: 'link',
      mode: 0o777,
      ...owner,
      size: 0,
      mtime,
      linkTarget: '../other place',
      capabilities: '',
    },
    {
      path: 'empty',
      kind: 'file',
      mode: 0o4755,
      uid: 1000,
      gid: 1000,
      size: 0,
      mtime,
      linkTarget: '',
      capabilities: '',
    },
  ]);
  t.deepEqual(contents, ['', 'hello', '', '']);
});

const oddNames = [
  'with space',
  'new\nline',
  'grün/🚀',
  'quote\'and"double',
  'back\\slash',
  '-dash',
  `${'long/'.repeat(50)}name`,
  'x'.repeat(255),
  `${'ü'.repeat(120)}/${'ü'.repeat(120)}`,
  '*?[a]',
];

test('odd and long names survive', async (t) => {
  const { headers, contents } = await readAll(packEntries(oddNames.map((name) => file(name, name))));
  t.deepEqual(
    headers.map(({ path }) => path),
    oddNames,
  );
  t.deepEqual(contents, oddNames);
});

test('odd link targets survive', async (t) => {
  const entries = oddNames.map(
    (target, i): TarEntry => ({ kind: 'link', path: `l${i}`, mode: 0o777, ...owner, target }),
  );
  const { headers } = await readAll(packEntries(entries));
  t.deepEqual(
    headers.map(({ linkTarget }) => linkTarget),
    oddNames,
  );
});

test('mode 0, large owners and times after 2038 are kept', async (t) => {
  const late = new Date('2100-01-01T00:00:00Z');
  const entry: TarEntry = {
    kind: 'file',
    path: 'f',
    mode: 0,
    uid: 1_000_000,
    gid: 2 ** 31,
    mtime: late,
    content: Buffer.from('x'),
  };
  const { headers } = await readAll(packEntries([entry]));
  t.like(headers[0], { mode: 0, uid: 1_000_000, gid: 2 ** 31, mtime: late });
});

test('the size of a file over 8 GiB is written', async (t) => {
  const size = 9 * 2 ** 30;
  const archive = packEntries([
    { kind: 'file', path: 'big', mode: 0o644, ...owner, mtime: new Date(0), size, open: () => zeros(65536) },
  ]);
  for await (const chunk of archive) {
    t.is(chunk[124], 0x80);
    t.is(chunk.readUIntBE(130, 6), size);
    break;
  }
});

test('other tar programs read the archives', async (t) => {
  await inFolder(async (folder) => {
    const entries = [...oddNames.map((name) => file(name, name)), file('last', 'x')];
    const archive = join(folder, 'a.tar');
    await writeFile(archive, await buffer(packEntries(entries)));
    const listed = execFileSync('tar', ['-tf', archive, '--quoting-style=literal', '--null'], { encoding: 'utf8' });
    t.is(listed, [...oddNames, 'last', ''].join('\n'));
  });
});

test('archives of other tar programs are read, their paths without dot and slash', async (t) => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'a'), 'one');
    execFileSync('ln', ['a', 'hard'], { cwd: folder });
    execFileSync('ln', ['-s', 'a', 'soft'], { cwd: folder });
    for (const format of ['ustar', 'gnu', 'pax']) {
      const archive = execFileSync('tar', ['-c', `--format=${format}`, '--sort=name', '.'], { cwd: folder });
      const { headers, contents } = await readAll(Readable.from([archive]));
      t.deepEqual(
        headers.map(({ path, kind, linkTarget }) => [path, kind, linkTarget]),
        [
          ['', 'directory', ''],
          ['a', 'file', ''],
          ['hard', 'hardlink', './a'],
          ['soft', 'link', 'a'],
        ],
        format,
      );
      t.deepEqual(contents, ['', 'one', '', '']);
    }
  });
});

const large = 200 * 2 ** 20;

test.serial('memory does not grow with the size of a file', async (t) => {
  const memory = watchMemory();
  const open = (): Readable => zeros(large);
  const archive = packEntries([{ kind: 'file', path: 'big', mode: 0o644, ...owner, size: large, open }]);
  let seen = 0;
  await readTar(archive, async (_, body) => {
    for await (const chunk of body) {
      seen += chunk.length;
      memory.passed(chunk.length);
    }
  });
  t.is(seen, large);
  t.true(memory.peak() < 32 * 2 ** 20, `${memory.peak()} bytes`);
});

async function fault(t: { fail: (message: string) => void }, archive: Readable): Promise<LivepushError> {
  const thrown = await buffer(archive).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof LivepushError) return thrown;
  t.fail(`no LivepushError: ${thrown}`);
  return new LivepushError('internal', '');
}

test('a file that grew or shrank since its size was taken fails the archive and is named', async (t) => {
  await inFolder(async (folder) => {
    const path = join(folder, 'f');
    for (const size of [0, 99_999, 100_001]) {
      await writeFile(path, '');
      await truncate(path, 100_000);
      const open = () => createReadStream(path);
      const { code, message } = await fault(
        t,
        packEntries([{ kind: 'file', path: 'app/f', mode: 0o644, ...owner, size, open }]),
      );
      t.is(code, 'context-file');
      t.regex(message, /app\/f: it changed/);
    }
  });
});

test('a file that is gone fails the archive and is named', async (t) => {
  const open = () => createReadStream('/nothing/here');
  const { code, message } = await fault(
    t,
    packEntries([{ kind: 'file', path: 'app/f', mode: 0o644, ...owner, size: 3, open }]),
  );
  t.is(code, 'context-file');
  t.regex(message, /app\/f: it is gone/);
});

test('a fault of the entries themselves comes out of the stream', async (t) => {
  async function* entries(): AsyncGenerator<TarEntry> {
    yield file('a', 'a');
    throw new Error('no more');
  }
  await t.throwsAsync(buffer(packEntries(entries())), { message: 'no more' });
});

test('a reader that stops early closes the file and ends the entries', async (t) => {
  const content = zeros(10 * 2 ** 20);
  let ended = false;
  function* entries(): Generator<TarEntry> {
    try {
      yield { kind: 'file', path: 'f', mode: 0o644, ...owner, size: 10 * 2 ** 20, open: () => content };
      yield file('never', '');
    } finally {
      ended = true;
    }
  }
  const closed = new Promise((resolve) => content.once('close', resolve));
  const archive = packEntries(entries());
  for await (const _ of archive) break;
  await closed;
  await new Promise(setImmediate);
  t.true(ended);
});

test('content that a reader leaves is skipped, however it leaves it', async (t) => {
  const names = ['untouched', 'resumed', 'destroyed', 'begun', 'read'];
  const archive = packEntries(names.map((name) => file(name, name.repeat(50_000))));
  const seen: string[] = [];
  await readTar(archive, async ({ path }, body) => {
    seen.push(path);
    if (path === 'resumed') body.resume();
    if (path === 'destroyed') body.destroy();
    if (path === 'begun') for await (const _ of body) break;
    if (path === 'read') t.is(await text(body), 'read'.repeat(50_000));
  });
  t.deepEqual(seen, names);
});

test('a fault of the reader ends the reading and the source', async (t) => {
  const source = packEntries([file('a', 'a'.repeat(1_000_000)), file('b', 'b')]);
  const read = readTar(source, () => Promise.reject(new Error('enough')));
  await t.throwsAsync(read, { message: 'enough' });
  t.true(source.destroyed);
});

test('a fault of the source comes through, within content as well', async (t) => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield (await buffer(packEntries([file('a', 'a'.repeat(10_000))]))).subarray(0, 2000);
    throw new Error('cut');
  }
  await t.throwsAsync(readAll(Readable.from(broken())), { message: 'cut' });
  await t.throwsAsync(
    readTar(Readable.from(broken()), async () => {}),
    { message: 'cut' },
  );
});

test('half an archive and something else than an archive are errors', async (t) => {
  const half = (await buffer(packEntries([file('a', 'a'.repeat(10_000))]))).subarray(0, 2000);
  await t.throwsAsync(readAll(Readable.from([half])));
  await t.throwsAsync(readAll(Readable.from([Buffer.alloc(2000, 'x')])));
});
