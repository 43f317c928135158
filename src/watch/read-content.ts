import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A file's content, and what the file was when it was read. */
export interface ReadContent {
  readonly stats: Stats;
  /** Bytes of content. */
  readonly size: number;
  /** SHA-256, in base64. */
  readonly digest: string;
  /** False: it was written to all the while, and what was read may never have been its whole content. */
  readonly settled: boolean;
}

/** Bytes up to which a file is read in one piece. */
const SMALL = 256 * 1024;
/** How often a file is read that is being written to; the writer's next event leads to another look. */
const TRIES = 3;

/**
 * Reads a file; a link in its place is not followed. Size and digest belong together: with the size of one moment and the
 * digest of another, a push would take the file for damaged, and the next look would not see that it changed.
 *
 * @param seen what the file was when it was last looked at, a moment ago
 * @param how `atOnce`: a small file is read without giving way to anything else, which takes a tenth of the time
 */
export async function readContent(file: string, seen: Stats, how: { readonly atOnce: boolean }): Promise<ReadContent> {
  let before = seen;
  for (let tries = 1; ; tries++) {
    const isSmall = before.size <= SMALL;
    const found = how.atOnce && isSmall ? readAtOnce(file, before) : await readOnce(file, before);
    if (found.settled || tries === TRIES) return found;
    before = found.stats;
  }
}

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW;

async function readOnce(file: string, before: Stats): Promise<ReadContent> {
  const handle = await open(file, FLAGS);
  try {
    const { digest, size } = await digestOf(handle, before.size);
    return judged(before, await handle.stat(), { digest, size });
  } finally {
    await handle.close();
  }
}

function readAtOnce(file: string, before: Stats): ReadContent {
  const handle = openSync(file, FLAGS);
  try {
    const content = readFileSync(handle);
    const digest = createHash('sha256').update(content).digest('base64');
    return judged(before, fstatSync(handle), { digest, size: content.length });
  } finally {
    closeSync(handle);
  }
}

function judged(before: Stats, stats: Stats, read: { digest: string; size: number }): ReadContent {
  const settled = stats.size === read.size && stats.mtimeMs === before.mtimeMs && stats.ino === before.ino;
  return { stats, ...read, settled };
}

async function digestOf(handle: FileHandle, expected: number): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const take = (chunk: Buffer): void => {
    hash.update(chunk);
    size += chunk.length;
  };
  if (expected <= SMALL) take(await handle.readFile());
  else for await (const chunk of handle.createReadStream({ autoClose: false })) take(chunk as Buffer);
  return { digest: hash.digest('base64'), size };
}
