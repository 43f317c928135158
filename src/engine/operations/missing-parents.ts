import { posix } from 'node:path';
import type { Container } from '../../docker/engine.js';
import type { TarDirectory } from '../../docker/tar-entry.js';
import type { Owner } from './owner.js';

/**
 * Directories that have to be made for these paths. An archive makes missing parents on its own, as root's; with
 * `--chown` a build gives them to that owner, so they are named.
 *
 * @param ownerOf the owner of a path's missing parents, or undefined when root's will do
 */
export async function missingParents(
  container: Container,
  paths: readonly string[],
  ownerOf: (path: string) => Owner | undefined,
): Promise<TarDirectory[]> {
  const entries = new Map<string, TarDirectory>();
  const known = new Set(['/', ...paths]);
  for (const path of paths) {
    const owner = ownerOf(path);
    if (!owner) continue;
    for (const parent of parentsOf(path)) {
      if (known.has(parent)) continue;
      known.add(parent);
      if (await container.stat(parent)) continue;
      entries.set(parent, { kind: 'directory', path: parent.slice(1), mode: 0o755, ...owner });
    }
  }
  return [...entries.values()].sort((a, b) => a.path.length - b.path.length);
}

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let at = posix.dirname(path); at !== '/'; at = posix.dirname(at)) parents.unshift(at);
  return parents;
}
