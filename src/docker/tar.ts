import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import * as tarStream from 'tar-stream';
import { LivepushError, messageOf } from '../errors.js';
import { inPieces, PIECE } from './in-pieces.js';
import { contentSize, nameOf, type TarEntry, type TarFile, type TarHeader } from './tar-entry.js';

export type { TarEntry, TarHeader } from './tar-entry.js';

/**
 * An archive of the entries, made while it is read: memory does not grow with their size. The stream fails with
 * `context-file` when a file is gone, cannot be read, or is not of the size it was said to have: it is being written to.
 */
export function packEntries(entries: Iterable<TarEntry> | AsyncIterable<TarEntry>): Readable {
  return Readable.from(archiveOf(entries), { objectMode: false });
}

async function* archiveOf(entries: Iterable<TarEntry> | AsyncIterable<TarEntry>): AsyncGenerator<unknown> {
  const pack = tarStream.pack();
  // The iteration reports it; an event without a listener would be fatal.
  pack.on('error', () => {});
  void writeEntries(pack, entries).catch((fault) => pack.destroy(fault));
  try {
    yield* inPieces(pack);
  } finally {
    pack.destroy();
  }
}

async function writeEntries(
  pack: tarStream.Pack,
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
): Promise<void> {
  let ahead = 0;
  for await (const entry of entries) {
    if (pack.destroyed) return;
    if (entry.kind === 'file' && 'open' in entry) {
      await writeFile(pack, entry);
      continue;
    }
    const content = wholeContent(entry);
    const written = closed(pack.entry(headerOf(entry), content));
    ahead += BLOCK + content.length;
    if (ahead < PIECE) continue;
    // members are written in order: with this one all before it are, and the reader has made room
    await written;
    ahead = 0;
  }
  pack.finalize();
}

/** Bytes of a member's header. */
const BLOCK = 512;
const EMPTY = Buffer.alloc(0);

function wholeContent(entry: Exclude<TarEntry, TarFile>): Buffer {
  if (entry.kind !== 'file') return EMPTY;
  if ('content' in entry) return entry.content;
  let content: Buffer;
  try {
    content = entry.read();
  } catch (cause) {
    throw readFault(entry, cause);
  }
  if (content.length !== entry.size) throw contentFault(entry, CHANGED);
  return content;
}

async function writeFile(pack: tarStream.Pack, file: TarFile): Promise<void> {
  const body = pack.entry(headerOf(file));
  const written = closed(body);
  let missing = file.size;
  try {
    for await (const chunk of readContent(file, pack)) {
      missing -= chunk.length;
      if (missing < 0) break;
      await write(body, chunk);
    }
  } catch (fault) {
    if (!pack.destroyed) throw fault;
  }
  // the reader went away: it knows why, and the file is not to blame
  if (pack.destroyed) return;
  if (missing !== 0) throw contentFault(file, CHANGED);
  body.end(undefined);
  await written;
}

type Member = ReturnType<tarStream.Pack['entry']>;

/** A member that is destroyed together with the archive needs no error of its own. */
const closed = (member: Member): Promise<void> =>
  new Promise((resolve) => {
    member.on('error', () => {}).once('close', resolve);
  });

async function* readContent(file: TarFile, pack: tarStream.Pack): AsyncGenerator<Buffer> {
  let stop = (): void => {};
  try {
    const content = file.open();
    stop = () => content.destroy();
    pack.once('close', stop);
    yield* content;
  } catch (cause) {
    throw readFault(file, cause);
  } finally {
    pack.off('close', stop);
  }
}

const CHANGED = 'it changed while it was read';

function readFault(file: TarEntry, cause: unknown): LivepushError {
  const gone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return contentFault(file, gone ? 'it is gone' : messageOf(cause), cause);
}

const contentFault = ({ path }: TarEntry, reason: string, cause?: unknown): LivepushError =>
  new LivepushError('context-file', `Cannot read the file for ${path}: ${reason}.`, { cause });

/** Writes, and waits while the reader is behind. */
async function write(stream: tarStream.Extract | Member, chunk: Buffer): Promise<void> {
  if (stream.destroyed || stream.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      stream.off('drain', goOn).off('close', goOn);
      resolve();
    };
    stream.on('drain', goOn).on('close', goOn);
  });
}

type HeaderOfEntry = Parameters<tarStream.Pack['entry']>[0];

const largestId = 0o777777;
const fileType = 0o100000;

/** Puts into a pax record what does not fit into the plain header: there tar-stream would cut it. */
function headerOf(entry: TarEntry): HeaderOfEntry {
  const mtime = entry.mtime ?? new Date();
  const seconds = mtime.getTime() / 1000;
  const isPlain = seconds >= 0 && seconds < 2 ** 31;
  const pax = {
    ...(isPlain && Number.isInteger(seconds) ? {} : { mtime: seconds.toFixed(3) }),
    ...(entry.uid > largestId ? { uid: String(entry.uid) } : {}),
    ...(entry.gid > largestId ? { gid: String(entry.gid) } : {}),
  };
  const header = {
    name: nameOf(entry),
    // The type's bit is not written; without it mode 0 would be taken for none.
    mode: entry.mode + fileType,
    uid: entry.uid,
    gid: entry.gid,
    mtime: isPlain ? mtime : new Date(0),
    ...(Object.keys(pax).length > 0 ? { pax } : {}),
  };
  switch (entry.kind) {
    case 'file':
      return { ...header, type: 'file', size: contentSize(entry) };
    case 'directory':
      return { ...header, type: 'directory' };
    case 'link':
      return { ...header, type: 'symlink', linkname: entry.target };
  }
}

/** One member of an archive while it is read. */
export interface TarMember {
  readonly header: TarHeader;
  /** Content; what is left of it when the next member is asked for is skipped. */
  readonly body: Readable;
}

/** Reads an archive member by member. Fails with the source's fault, or when the source is no complete archive. */
export async function* tarMembers(source: Readable): AsyncGenerator<TarMember> {
  const extract = tarStream.extract();
  extract.on('error', () => {});
  void feed(source, extract).catch((fault) => extract.destroy(fault));
  try {
    for await (const entry of extract) {
      const content = entry[Symbol.asyncIterator]();
      const body = Readable.from(untilEnd(content), { objectMode: false });
      yield { header: describe(entry.header), body };
      // Two readers of one iterator would hang: what is left is read by the body, or after it.
      await finished(body.resume()).catch(() => {});
      for await (const _ of untilEnd(content));
    }
  } finally {
    source.destroy();
  }
}

/** As `tarMembers`; the next member comes when `onEntry` is done with this one. Fails with what `onEntry` throws, too. */
export async function readTar(
  source: Readable,
  onEntry: (header: TarHeader, body: Readable) => Promise<void>,
): Promise<void> {
  for await (const { header, body } of tarMembers(source)) await onEntry(header, body);
}

async function feed(source: Readable, extract: tarStream.Extract): Promise<void> {
  for await (const chunk of source) {
    if (extract.destroyed) return;
    await write(extract, chunk);
  }
  extract.end(undefined);
}

/** Leaves the iterator open when the reader stops early: closing it would end the whole archive. */
async function* untilEnd(content: AsyncIterator<unknown>): AsyncGenerator<unknown> {
  for (let next = await content.next(); !next.done; next = await content.next()) yield next.value;
}

function describe(header: tarStream.Header): TarHeader {
  const pax = 'pax' in header ? header.pax : undefined;
  const record = (key: string): unknown =>
    typeof pax === 'object' && pax !== null ? Reflect.get(pax, key) : undefined;
  const number = (key: string, plain: number | undefined): number => {
    const value = Number(record(key) ?? Number.NaN);
    return Number.isNaN(value) ? (plain ?? 0) : value;
  };
  return {
    path: header.name
      .replace(/^(\.?\/)+/, '')
      .replace(/\/+$/, '')
      .replace(/^\.$/, ''),
    kind: kindOf(header.type),
    mode: (header.mode ?? 0) & 0o7777,
    uid: number('uid', header.uid),
    gid: number('gid', header.gid),
    size: header.size ?? 0,
    mtime: new Date(number('mtime', (header.mtime?.getTime() ?? 0) / 1000) * 1000),
    linkTarget: header.linkname ?? '',
    capabilities: String(record('SCHILY.xattr.security.capability') ?? ''),
  };
}

function kindOf(type: tarStream.Header['type']): TarHeader['kind'] {
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return 'file';
    case 'directory':
      return 'directory';
    case 'symlink':
      return 'link';
    case 'link':
      return 'hardlink';
    default:
      return 'other';
  }
}
