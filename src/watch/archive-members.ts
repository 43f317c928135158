import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { readTar } from '../docker/tar.js';
import { parentOf } from '../plan/context-tree.js';

const BLOCK = 512;
const GZIP = Buffer.from([0x1f, 0x8b]);
/** bzip2, xz and zstd: an engine unpacks them, but their members cannot be listed here. */
const FOREIGN = [
  Buffer.from('BZh'),
  Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]),
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
];

/**
 * Paths inside a tar archive (plain or gzip; see `ContextEntry`), or undefined for a file that ADD copies as it is. ADD goes by the content,
 * whatever the file is called. An archive in another compression gives `unlisted`.
 */
export async function archiveMembers(file: string): Promise<readonly string[] | 'unlisted' | undefined> {
  const head = await firstBlock(file);
  if (FOREIGN.some((magic) => head.subarray(0, magic.length).equals(magic))) return 'unlisted';
  if (head.subarray(0, 2).equals(GZIP)) return gzippedMembers(file);
  return isTarHeader(head) ? listMembers(createReadStream(file)) : undefined;
}

/** The members of a tar archive in gzip; what goes wrong with the file ends what is read of it. */
export const gzippedMembers = (file: string): Promise<readonly string[] | undefined> =>
  listMembers(pipeline(createReadStream(file), createGunzip(), () => {}));

async function firstBlock(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(BLOCK), 0, BLOCK, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A tar header carries the sum of its own bytes, with blanks for the sum itself. */
function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  const noted = Number.parseInt(block.toString('latin1', 148, 156).trim(), 8);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] as number);
  return noted === sum;
}

async function listMembers(stream: Readable): Promise<readonly string[] | undefined> {
  const members = new Set<string>();
  const parents = new Set<string>();
  try {
    await readTar(stream, async (header, body) => {
      const path = header.path.replace(/\/+$/, '');
      members.add(path);
      // a directory that only the names of its members tell of is made as well
      for (let at = parentOf(path); at !== ''; at = parentOf(at)) parents.add(at);
      body.resume();
    });
  } catch {
    return undefined;
  }
  const implied = [...parents].filter((path) => !members.has(path)).map((path) => `${path}/`);
  return members.size > 0 ? [...members, ...implied] : undefined;
}
