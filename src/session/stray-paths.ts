import { lstat, realpath } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostics.js';
import { isWithin } from '../plan/context-tree.js';

/**
 * What there is to say of paths that no push can come of, since they are in none of the build contexts.
 *
 * @param paths absolute, links resolved
 * @param contexts absolute paths of the build contexts of all services that get pushes
 */
export async function strayPaths(paths: readonly string[], contexts: readonly string[]): Promise<Diagnostic[]> {
  const roots = await realFolders(contexts);
  return paths
    .filter((path) => !roots.some((root) => isWithin(root, path)))
    .map((path) => ({
      code: 'path-outside',
      severity: 'warning',
      message: `${path} is in no build context of a service that gets pushes: nothing is pushed for it.`,
      hint: 'The command ps lists the build contexts.',
    }));
}

/**
 * What there is to say of paths that are not there, and of which the containers hold nothing either.
 *
 * @param paths absolute, links resolved
 * @param found absolute paths of all that the containers lack
 */
export async function unknownPaths(
  paths: readonly string[],
  { contexts, found }: { contexts: readonly string[]; found: readonly string[] },
): Promise<Diagnostic[]> {
  const roots = await realFolders(contexts);
  const isKnown = (path: string): boolean => found.some((each) => isWithin(path, each) || isWithin(each, path));
  const inside = paths.filter((path) => roots.some((root) => isWithin(root, path)) && !isKnown(path));
  const isThere = await Promise.all(inside.map((path) => lstat(path).then(Boolean, () => false)));
  return inside
    .filter((_, index) => !isThere[index])
    .map((path) => ({
      code: 'path-unknown',
      severity: 'warning',
      message: `${path} is not there, and no container has anything of it: nothing is pushed for it.`,
      hint: 'Paths are relative to the working folder.',
    }));
}

const realFolders = (folders: readonly string[]): Promise<string[]> =>
  Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
