import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { giveMembers } from '../../src/docker/give-members.js';
import { packEntries, readTar } from '../../src/docker/tar.js';

const LONG = `${'long-name/'.repeat(20)}file`;

const archive = (): Promise<Buffer> =>
  buffer(
    packEntries([
      { kind: 'directory', path: 'd', mode: 0o2750, uid: 3, gid: 4 },
      { kind: 'file', path: 'd/f', mode: 0o4755, uid: 3, gid: 4, content: Buffer.from('x'.repeat(700)) },
      { kind: 'file', path: LONG, mode: 0o600, uid: 3_000_000, gid: 4_000_000, content: Buffer.from('long') },
      { kind: 'link', path: 'l', mode: 0o777, uid: 3, gid: 4, target: 'd/f' },
    ]),
  );

async function membersOf(source: Readable): Promise<string[]> {
  const found: string[] = [];
  await readTar(source, async ({ path, kind, mode, uid, gid, linkTarget }, body) => {
    const size = (await buffer(body)).length;
    found.push([path, kind, mode.toString(8), `${uid}:${gid}`, linkTarget, size].join(' '));
  });
  return found;
}

/** A stream that comes in pieces of so many bytes. */
const inPieces = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  );

for (const [what, owner] of Object.entries({
  '7:8': { uid: 7, gid: 8 },
  '2147483647:5': { uid: 2147483647, gid: 5 },
})) {
  test(`members of an archive are given to ${what}, and stay as they are otherwise`, async (t) => {
    const plain = await archive();
    const before = await membersOf(Readable.from([plain]));
    const expected = before.map((line) => line.replace(/ \d+:\d+ /, ` ${what} `));
    t.not(before.join(), expected.join());
    for (const bytes of [plain, gzipSync(plain)]) {
      for (const size of [1, 700, bytes.length]) {
        const given = await buffer(giveMembers(inPieces(bytes, size), owner));
        t.deepEqual(await membersOf(Readable.from([given])), expected);
        t.is(given.length, plain.length);
      }
    }
  });
}

test('an archive that breaks off fails where it is broken', async (t) => {
  const bytes = gzipSync(await archive());
  await t.throwsAsync(buffer(giveMembers(Readable.from([bytes.subarray(0, 200)]), { uid: 7, gid: 8 })));
});
