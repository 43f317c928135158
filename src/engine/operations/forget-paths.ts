import { posix } from 'node:path';
import type { ContainerInfo } from '../../docker/engine.js';
import { selfAndParents } from '../../plan/context-tree.js';
import { mayRemove } from '../../plan/mounted.js';
import type { Target } from '../target.js';

/**
 * Removes what a service wants to be forgotten before its main process restarts: what it made of files that are others now.
 * Nothing goes that lies in a mount, holds one, or is reached by a link. In a container that does not run nothing can be removed.
 *
 * @param paths absolute, or relative to the container's working directory
 */
export async function forgetPaths(target: Target, info: ContainerInfo, paths: readonly string[]): Promise<void> {
  if (paths.length === 0 || !info.running) return;
  const mounts = await target.mounts();
  const absolute = paths.map((path) => posix.resolve(info.workdir || '/', path));
  const removed: string[] = [];
  for (const path of absolute) if (mayRemove(mounts, path) && !(await isBehindLink(target, path))) removed.push(path);
  await target.shell.remove(removed);
}

async function isBehindLink(target: Target, path: string): Promise<boolean> {
  const container = await target.container();
  for (const parent of selfAndParents(path)) {
    if (parent !== path && (await container.stat(parent))?.kind === 'link') return true;
  }
  return false;
}
