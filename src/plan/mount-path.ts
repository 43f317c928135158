import { posix } from 'node:path';
import type { Mount, RunStep } from '../dockerfile/model.js';
import { isWithin } from './context-tree.js';
import type { MountedPath } from './plan.js';

/** Absolute path of the mount point of a step's mount. */
export const mountPath = ({ state }: RunStep, { type, target, id }: Mount): string =>
  posix.resolve(state.workdir, target ?? (type === 'secret' ? `/run/secrets/${id}` : '.'));

/** A mount of a container that lies at, above or below the mount point of a step's own: nothing there can be moved away for it. */
export function mountInTheWay(step: RunStep, mounts: readonly MountedPath[]): string | undefined {
  const paths = step.mounts
    .filter(
      ({ type, env, target }) => type !== 'ssh' && !(type === 'secret' && env !== undefined && target === undefined),
    )
    .map((mount) => mountPath(step, mount));
  return mounts.find(({ destination }) =>
    paths.some((path) => isWithin(path, destination) || isWithin(destination, path)),
  )?.destination;
}
