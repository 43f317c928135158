import { realpath } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostics.js';
import { isWithin } from '../plan/context-tree.js';

/**
 * What there is to say of paths that no push can come of, since they are in none of the build contexts.
 *
 * @param paths absolute, links resolved
 * @param contexts absolute paths of the build contexts of all services that get pushes
 */
export async function strayPaths(paths: readonly string[], contexts: readonly string[]): Promise<Diagnostic[]> {
  const roots = await Promise.all(contexts.map((context) => realpath(context).catch(() => context)));
  return paths
    .filter((path) => !roots.some((root) => isWithin(root, path)))
    .map((path) => ({
      code: 'path-outside',
      severity: 'warning',
      message: `${path} is in no build context of a service that gets pushes: nothing is pushed for it.`,
      hint: 'The command ps lists the build contexts.',
    }));
}
