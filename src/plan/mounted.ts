import { isWithin } from './context-tree.js';
import type { MountedPath } from './plan.js';

const underBindMount = (mounts: readonly MountedPath[], path: string): boolean => mountOf(mounts, path)?.bind === true;

/** The innermost mount that a path lies in. */
export function mountOf(mounts: readonly MountedPath[], path: string): MountedPath | undefined {
  let found: MountedPath | undefined;
  for (const mount of mounts) {
    if (!isWithin(mount.destination, path)) continue;
    if (!found || mount.destination.length > found.destination.length) found = mount;
  }
  return found;
}

/** True for a mount point, and for a directory that a mount lies below. */
export const holdsMount = (mounts: readonly MountedPath[], path: string): boolean =>
  mounts.some(({ destination }) => isWithin(path, destination));

/**
 * Whether something may be written at a path: not below a mount that hides the image, and no file or link in the place of a
 * directory that holds a mount, since what is in its way would go, the mount's files with it.
 */
export const mayWrite = (
  mounts: readonly MountedPath[],
  path: string,
  { isDirectory }: { isDirectory: boolean },
): boolean => !underBindMount(mounts, path) && (isDirectory || !holdsMount(mounts, path));

/** Whether a path may be removed with all below it: what is in a mount belongs to the user. */
export const mayRemove = (mounts: readonly MountedPath[], path: string): boolean =>
  path !== '/' && !underBindMount(mounts, path) && !holdsMount(mounts, path);
