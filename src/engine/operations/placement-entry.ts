import type { TarEntry } from '../../docker/tar-entry.js';
import type { Placement } from '../../plan/copy-map.js';
import { openInContext, readInContext } from './open-in-context.js';
import { chmodMode, type Owner, ROOT } from './owner.js';

/** Bytes up to which a file is read in one piece: it was looked at a moment ago, and lies in memory. */
const SMALL = 64 * 1024;

/**
 * A placement as a member of an archive that is unpacked at `/`; a file is opened when its turn comes. Times are kept, as
 * BuildKit keeps them: tools that go by them see what a build would show.
 */
export function entryOf(contextRoot: string, { step, destination, content }: Placement, given?: Owner): TarEntry {
  const path = destination.slice(1);
  const owner = given ?? ROOT;
  const chmod = chmodMode(step.chmod);
  if (content.kind === 'root') return { kind: 'directory', path, mode: 0o755, ...owner };
  if (content.kind === 'inline') {
    return { kind: 'file', path, mode: chmod ?? 0o644, ...owner, content: Buffer.from(content.text) };
  }
  const { entry, source } = content;
  if (entry.kind === 'link') return { kind: 'link', path, mode: 0o777, ...owner, target: entry.target };
  const common = { path, mode: chmod ?? entry.mode, ...owner, mtime: new Date(entry.mtimeMs) };
  if (entry.kind === 'directory') return { kind: 'directory', ...common };
  const { size } = entry;
  if (size <= SMALL) return { kind: 'file', ...common, size, read: () => readInContext(contextRoot, source) };
  return { kind: 'file', ...common, size, open: () => openInContext(contextRoot, source) };
}
