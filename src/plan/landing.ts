import { holdsMount, mayWrite, mountOf } from './mounted.js';
import type { MountedPath } from './plan.js';

/** What a container is to get of what its build container has. */
export interface Landing {
  /** Paths that are there now. */
  readonly writes: readonly string[];
  /** Paths that are gone, those within others left out. */
  readonly removals: readonly string[];
  /** Paths that are gone and lie in a volume: what the service put below them stays. */
  readonly removalsInVolumes: readonly string[];
}

/**
 * What lands where mounts are: nothing below one that hides the image, in a volume all as in the image, and no removal
 * takes a mount with it. Pure.
 */
export function landingOf(
  changed: ReadonlyMap<string, { readonly kind: string } | undefined>,
  mounts: readonly MountedPath[],
): Landing {
  const writes: string[] = [];
  const removals: string[] = [];
  const removalsInVolumes: string[] = [];
  for (const [path, now] of changed) {
    // an archive with a root in it makes the engine replace the root
    if (path === '/') continue;
    const mount = mountOf(mounts, path);
    if (mount?.bind) continue;
    if (now && mayWrite(mounts, path, { isDirectory: now.kind === 'directory' })) writes.push(path);
    else if (now || holdsMount(mounts, path)) continue;
    else if (mount) removalsInVolumes.push(path);
    else removals.push(path);
  }
  return { writes: writes.sort(), removals: removals.sort(), removalsInVolumes: removalsInVolumes.sort() };
}

/** Left behind by tools at each run, and read by no program that a restart could make read them again. */
const INCIDENTAL = [
  /^\/(?:var\/)?tmp(?:\/|$)/,
  /^\/var\/(?:log|cache)(?:\/|$)/,
  /^\/var\/lib\/(?:apt|dpkg)\/(?:lists|lock|triggers\/Lock)/,
  /\/(?:__pycache__|\.cache|\.pytest_cache|\.mypy_cache|_logs|_cacache)(?:\/|$)/,
  /\.(?:pyc|log|lock-wscript)$/,
  /\/node_modules\/\.package-lock\.json$/,
  /^\/root\/\.(?:npm|yarn|node-gyp|config)(?:\/|$)/,
];

/** True for what a step leaves differently each time: it lands as in a build, and is no reason to restart. */
export const isIncidental = (path: string): boolean => INCIDENTAL.some((pattern) => pattern.test(path));
