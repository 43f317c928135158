import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LivepushError } from '../errors.js';
import { ByteReader } from './byte-reader.js';

const BLOCK = 512;
/** Fields of a tar header: where they start, and their length. */
const UID = { at: 108, length: 8 };
const GID = { at: 116, length: 8 };
const SIZE = { at: 124, length: 12 };
const SUM = { at: 148, length: 8 };
const TYPE = 156;
/** Links, devices, directories and pipes: whatever their size says, no content follows. */
const WITHOUT_CONTENT = '123456';
/** Extended headers of one member and of all that follow. */
const EXTENDED = 'xg';

/**
 * A tar archive, plain or gzip, with all members given to one owner: all else in it stays byte by byte. Fails with
 * `container-refused` for a kind of member that has headers of its own.
 */
export async function* giveMembers(
  archive: Readable,
  owner: { readonly uid: number; readonly gid: number },
): AsyncGenerator<Buffer> {
  const bytes = new ByteReader(await plain(archive));
  for (let block = await bytes.take(BLOCK); block.length === BLOCK; block = await bytes.take(BLOCK)) {
    if (block.every((byte) => byte === 0)) {
      yield block;
      continue;
    }
    const type = String.fromCharCode(block[TYPE] ?? 0);
    if (type === 'S')
      throw new LivepushError(
        'container-refused',
        'The owner of a file with holes in an archive cannot be changed here.',
      );
    const size = WITHOUT_CONTENT.includes(type) ? 0 : readNumber(block, SIZE);
    let rest = Math.ceil(size / BLOCK) * BLOCK;
    if (EXTENDED.includes(type)) {
      yield block;
      const records = await bytes.take(rest);
      hideOwners(records, size);
      yield records;
      continue;
    }
    writeNumber(block, UID, owner.uid);
    writeNumber(block, GID, owner.gid);
    writeSum(block);
    yield block;
    while (rest > 0) {
      const part = await bytes.next(rest);
      if (part.length === 0) return;
      rest -= part.length;
      yield part;
    }
  }
}

/** The archive without its compression. */
async function plain(archive: Readable): Promise<AsyncIterable<Buffer>> {
  const first = new ByteReader(archive);
  const head = await first.take(2);
  const whole = async function* () {
    yield head;
    for (let part = await first.next(); part.length > 0; part = await first.next()) yield part;
  };
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole();
  return unzipped(whole());
}

async function* unzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const from = Readable.from(source, { objectMode: false });
  const unzip = createGunzip();
  from.on('error', (error) => unzip.destroy(error));
  try {
    yield* from.pipe(unzip);
  } finally {
    from.destroy();
  }
}

/** Octal digits, or bytes behind a first bit that is set. */
function readNumber(block: Buffer, { at, length }: typeof UID): number {
  const field = block.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) === 0)
    return Number.parseInt(field.toString('latin1').replace(/\0.*$/s, '').trim() || '0', 8);
  return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x7f);
}

function writeNumber(block: Buffer, { at, length }: typeof UID, value: number): void {
  const digits = value.toString(8);
  if (digits.length < length) block.write(`${digits.padStart(length - 1, '0')}\0`, at, 'latin1');
  else {
    block.fill(0, at, at + length);
    block[at] = 0x80;
    block.writeUInt32BE(value, at + length - 4);
  }
}

/** A header carries the sum of its own bytes, with blanks for the sum itself. */
function writeSum(block: Buffer): void {
  block.fill(0x20, SUM.at, SUM.at + SUM.length);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, SUM.at, 'latin1');
}

/** Renames the owners in extended headers (`LENGTH KEY=VALUE\n` each), which would win over the header's own. */
function hideOwners(records: Buffer, size: number): void {
  for (let at = 0; at < size; ) {
    const blank = records.indexOf(0x20, at);
    const length = Number(records.toString('latin1', at, blank));
    if (blank < 0 || !(length > 0)) return;
    const key = records.toString('latin1', blank + 1, blank + 5);
    if (key === 'uid=' || key === 'gid=') records.write('x', blank + 1, 'latin1');
    at += length;
  }
}
