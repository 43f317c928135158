import { posix } from 'node:path';
import type { Container } from '../../docker/engine.js';
import type { TarDirectory } from '../../docker/tar-entry.js';
import { type Owner, ROOT } from './owner.js';

/** What a step makes on its way to a path. */
export interface MadeDirectory {
  /** Undefined for root. */
  readonly owner: Owner | undefined;
  readonly mode: number;
}

/**
 * Directories that have to be made for these paths. An archive makes missing parents on its own, 0755 and root's; a build
 * gives them to `--chown`, and in newer builders the `--chmod`, so they are named.
 *
 * @param madeFor what a path's missing parents are
 */
export async function missingParents(
  container: Container,
  paths: readonly string[],
  madeFor: (path: string) => MadeDirectory | undefined,
): Promise<TarDirectory[]> {
  const entries = new Map<string, TarDirectory>();
  const known = new Set(['/', ...paths]);
  for (const path of paths) {
    const made = madeFor(path);
    if (!made || (made.owner === undefined && made.mode === BY_ITSELF)) continue;
    for (const parent of parentsOf(path)) {
      if (known.has(parent)) continue;
      known.add(parent);
      if (await container.stat(parent)) continue;
      entries.set(parent, { kind: 'directory', path: parent.slice(1), mode: made.mode, ...(made.owner ?? ROOT) });
    }
  }
  return [...entries.values()].sort((a, b) => a.path.length - b.path.length);
}

/** The mode of a directory that an archive does not name. */
const BY_ITSELF = 0o755;

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let at = posix.dirname(path); at !== '/'; at = posix.dirname(at)) parents.unshift(at);
  return parents;
}
