import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarEntry } from '../../docker/tar.js';
import type { Placement } from '../../plan/copy-map.js';
import { chmodMode, type Owner, ROOT } from './owner.js';

export interface WriteOptions {
  readonly contextRoot: string;
  readonly writes: readonly Placement[];
  /** The owner that a step's `--chown` comes to, or undefined without one. */
  readonly ownerOf: (placement: Placement) => Owner | undefined;
  /** Called for each entry as it is packed, with its bytes of content. */
  readonly onEntry: (bytes: number) => void;
}

const inArchive = (path: string): string => path.slice(1);

/** The placements as members of an archive that is unpacked at `/`; files are opened when their turn comes. */
export async function* writeEntries({ contextRoot, writes, ownerOf, onEntry }: WriteOptions): AsyncGenerator<TarEntry> {
  for (const placement of writes) {
    const entry = await entryOf(contextRoot, placement, ownerOf(placement) ?? ROOT);
    onEntry(entry.kind === 'file' ? ('size' in entry ? entry.size : entry.content.length) : 0);
    yield entry;
  }
}

async function entryOf(
  contextRoot: string,
  { step, destination, content }: Placement,
  owner: Owner,
): Promise<TarEntry> {
  const path = inArchive(destination);
  const chmod = chmodMode(step.chmod);
  if (content.kind === 'root') return { kind: 'directory', path, mode: 0o755, ...owner };
  if (content.kind === 'inline') {
    return { kind: 'file', path, mode: chmod ?? 0o644, ...owner, content: Buffer.from(content.text) };
  }
  const { entry, source } = content;
  const file = join(contextRoot, source);
  if (entry.kind === 'link') return { kind: 'link', path, mode: 0o777, ...owner, target: entry.target };
  const mode = chmod ?? entry.mode;
  const mtime = await mtimeOf(file);
  if (entry.kind === 'directory') return { kind: 'directory', path, mode, ...owner, ...mtime };
  return { kind: 'file', path, mode, ...owner, ...mtime, size: entry.size, open: () => createReadStream(file) };
}

/** BuildKit keeps the time of files and directories, so that tools which go by it see what a build would show them. */
async function mtimeOf(file: string): Promise<{ mtime?: Date }> {
  const stats = await lstat(file).catch(() => undefined);
  return stats ? { mtime: stats.mtime } : {};
}
