import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import type { TarEntry } from '../../src/docker/tar-entry.js';
import { reportingProgress } from '../../src/engine/operations/report-progress.js';

const MB = 1024 * 1024;
const file = (chunks: readonly Buffer[]): TarEntry => ({
  kind: 'file',
  path: 'data',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: chunks.reduce((sum, { length }) => sum + length, 0),
  open: () => Readable.from(chunks),
});

/** Reads all files, with a clock on which 60 ms pass between any two looks; what was told, in MB. */
async function read(entries: readonly TarEntry[]) {
  const told: string[] = [];
  let now = 0;
  const clock = () => {
    now += 60;
    return now;
  };
  const onProgress = (progress: { bytes: number; totalBytes: number }) =>
    told.push(`${progress.bytes / MB} of ${progress.totalBytes / MB}`);
  const contents: Buffer[] = [];
  for (const entry of reportingProgress(entries, { clock, onProgress })) {
    if (entry.kind === 'file' && 'open' in entry) contents.push(await buffer(entry.open()));
  }
  return { told, contents };
}

test('a large copy tells a few times how far it is, and sends the same bytes', async (t) => {
  const chunks = Array.from({ length: 16 }, (_, i) => Buffer.alloc(MB, i));
  const { told, contents } = await read([file(chunks.slice(0, 8)), file(chunks.slice(8))]);
  t.deepEqual(told, ['5 of 16', '10 of 16', '15 of 16']);
  t.true(Buffer.concat(contents).equals(Buffer.concat(chunks)));
});

test('a small copy tells nothing', async (t) => {
  t.deepEqual((await read([file([Buffer.alloc(MB)])])).told, []);
});

test('a file that cannot be read is the same fault', async (t) => {
  const fault = new Error('gone');
  const broken: TarEntry = {
    ...file([]),
    kind: 'file',
    size: 9 * MB,
    open: () =>
      new Readable({
        read() {
          this.destroy(fault);
        },
      }),
  };
  t.is(await t.throwsAsync(read([broken])), fault);
});
