import { isBetterAsBuilt } from '../plan/begin-again.js';
import type { ContextTree } from '../plan/context-tree.js';
import { findStale } from '../plan/find-stale.js';
import type { StageInput } from '../plan/plan.js';
import type { TreeChange } from '../watch/scan-context.js';
import { Progress } from './progress.js';
import type { Target } from './target.js';

interface Compared {
  readonly tree: ContextTree;
  /** The build containers of a service. */
  readonly targets: readonly Target[];
  /** What has changed since its image was built of all that a container's steps read. */
  readonly changesFor: (target: Target) => readonly TreeChange[];
  readonly took: (stage: number, step: number) => number | undefined;
}

/** Tells whether build containers that are as their images were built are a better start for the next push than those there are. */
export function isBetterAsImaged({ tree, targets, changesFor, took }: Compared): boolean {
  if (targets.every(({ progress }) => progress.isFinished)) return false;
  const now = targets.map((target) => inputOf(target, target.progress));
  const asBuilt = targets.map((target) => {
    const progress = new Progress();
    progress.add(changesFor(target));
    return inputOf(target, progress);
  });
  return isBetterAsBuilt(findStale(tree, now), findStale(tree, asBuilt), took);
}

const inputOf = ({ name, stage }: Target, { pending, dirty }: Progress): StageInput => ({
  ...{ target: name, stage, final: false, pending, dirty, mounts: [], running: true },
});
