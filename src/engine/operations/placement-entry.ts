import type { TarEntry } from '../../docker/tar-entry.js';
import { modeAfter } from '../../dockerfile/mode-change.js';
import type { Placement } from '../../plan/copy-map.js';
import { openInContext, readInContext } from './open-in-context.js';
import { type Owner, ROOT } from './owner.js';

/** Bytes up to which a file is read in one piece: it was looked at a moment ago, and lies in memory. */
const SMALL = 64 * 1024;

/** What a heredoc becomes before `--chmod`. */
export const INLINE_FILE = { kind: 'file', mode: 0o644 } as const;

interface EntryOptions {
  readonly contextRoot: string;
  /** The earliest time of a file, in milliseconds: tools that go by times must not take one that changed for older than what they made of it. */
  readonly notBefore?: number | undefined;
}

/**
 * A placement as a member of an archive that is unpacked at `/`; a file is opened when its turn comes. Times are kept, as
 * BuildKit keeps them, where no step has made anything of the file before.
 */
export function entryOf(
  { contextRoot, notBefore = 0 }: EntryOptions,
  { step, destination, content }: Placement,
  given?: Owner,
): TarEntry {
  const path = destination.slice(1);
  const owner = given ?? ROOT;
  if (content.kind === 'root') return { kind: 'directory', path, mode: step.parentMode, ...owner };
  if (content.kind === 'inline') {
    const mode = modeAfter(step.chmod, INLINE_FILE);
    return { kind: 'file', path, mode, ...owner, content: Buffer.from(content.text) };
  }
  const { entry, source } = content;
  if (entry.kind === 'link') return { kind: 'link', path, mode: 0o777, ...owner, target: entry.target };
  const common = { path, mode: modeAfter(step.chmod, entry), ...owner, mtime: new Date(entry.mtimeMs) };
  if (entry.kind === 'directory') return { kind: 'directory', ...common };
  const touched = { ...common, mtime: new Date(Math.max(entry.mtimeMs, notBefore + 1)) };
  const { size } = entry;
  if (size <= SMALL) return { kind: 'file', ...touched, size, read: () => readInContext(contextRoot, source) };
  return { kind: 'file', ...touched, size, open: () => openInContext(contextRoot, source) };
}
