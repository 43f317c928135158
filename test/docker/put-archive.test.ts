import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { uploadArchive } from '../../src/docker/put-archive.js';

const texts = { explain: (thrown: unknown) => thrown as Error, stuck: () => new Error('nothing moves') };
const never = (): Promise<never> => new Promise(() => {});

test('All bytes arrive in their order', async (t) => {
  const got: Buffer[] = [];
  const target = { putArchive: async (tar: Readable) => got.push(await buffer(tar)) };
  await uploadArchive(target, { path: '/', tar: Readable.from([Buffer.from('a'), Buffer.from('bc')]), ...texts });
  t.deepEqual(got.map(String), ['abc']);
});

test('An upload that does not move is given up, and its request and its stream are ended', async (t) => {
  const tar = Readable.from([Buffer.from('a')]);
  let aborted = false;
  const target = {
    putArchive: (_tar: Readable, { abortSignal }: { abortSignal: AbortSignal }) => {
      abortSignal.addEventListener('abort', () => (aborted = true));
      return never();
    },
  };
  await t.throwsAsync(uploadArchive(target, { path: '/', tar, patience: 20, ...texts }), { message: 'nothing moves' });
  t.true(aborted);
  t.true(tar.destroyed);
});

test('One that moves slowly is not', async (t) => {
  const tar = new PassThrough();
  const write = (left: number): void => {
    tar.write('x');
    if (left === 0) tar.end();
    else setTimeout(() => write(left - 1), 100);
  };
  write(8);
  const got: Buffer[] = [];
  const target = { putArchive: async (moving: Readable) => got.push(await buffer(moving)) };
  await uploadArchive(target, { path: '/', tar, patience: 400, ...texts });
  t.deepEqual(got.map(String), ['xxxxxxxxx']);
});

test('A signal breaks an upload off at once, with its reason', async (t) => {
  const abort = new AbortController();
  const tar = new PassThrough();
  const reason = new Error('a newer edit');
  const upload = uploadArchive({ putArchive: never }, { path: '/', tar, signal: abort.signal, ...texts });
  abort.abort(reason);
  t.is(await t.throwsAsync(upload), reason);
  t.true(tar.destroyed);
});

test('A fault of the stream is thrown as it is', async (t) => {
  const fault = new Error('unreadable');
  const tar = new Readable({ read: () => tar.destroy(fault) });
  const target = { putArchive: async (moving: Readable) => void (await buffer(moving)) };
  t.is(await t.throwsAsync(uploadArchive(target, { path: '/', tar, ...texts })), fault);
});
