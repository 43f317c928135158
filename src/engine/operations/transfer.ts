import { pipeline } from 'node:stream/promises';
import type { Container } from '../../docker/engine.js';
import { packEntries } from '../../docker/tar.js';
import type { TarEntry } from '../../docker/tar-entry.js';
import { LivepushError } from '../../errors.js';
import type { Target } from '../target.js';

/** Members of an archive from which on the container's own `tar` is faster than the engine, which takes longer for each. */
const MANY = 400;

/**
 * GNU tar, which does as the engine does: it keeps numeric owners, all bits of modes, and times to the nanosecond, and
 * replaces files rather than writing into them. Other programs of that name refuse the last option and read nothing.
 */
const UNPACK = ['tar', '-xpPf', '-', '-C', '/', '--numeric-owner', '--delay-directory-restore'];

interface Transfer {
  /** Breaks it off: files may be there in part. */
  readonly signal?: AbortSignal | undefined;
  /** How many members there are. */
  readonly count: number;
  /** Makes the members; called again when a first try fails. */
  readonly entries: () => Iterable<TarEntry> | AsyncIterable<TarEntry>;
}

/** Unpacks an archive at the root of the container, by the faster way: it is made while it is sent. Throws as `putArchive` does. */
export async function transfer(target: Target, { count, entries, signal }: Transfer): Promise<void> {
  const container = await target.container();
  if (count >= MANY && target.unpacks && (await target.info()).running) {
    target.unpacks = await unpackInside(container, entries(), signal);
    if (target.unpacks) return;
  }
  await container.putArchive('/', packEntries(entries()), { signal });
}

/** False when the container cannot do it: no such program, a user without rights, a path that is in the way. */
async function unpackInside(
  container: Container,
  entries: ReturnType<Transfer['entries']>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const { stdin, stdout, stderr, exit } = await container.exec({ argv: UNPACK, user: '0', stdin: true });
    stdout.resume();
    stderr.resume();
    await pipeline(packEntries(entries), stdin, { signal });
    return (await exit) === 0;
  } catch (fault) {
    // what the container cannot do, the engine may; a file that cannot be read is nothing of the container's
    if (fault instanceof LivepushError && fault.code === 'context-file') throw fault;
    signal?.throwIfAborted();
    return false;
  }
}
