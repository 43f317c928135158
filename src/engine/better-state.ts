import { betterStart } from '../plan/begin-again.js';
import type { ContextTree } from '../plan/context-tree.js';
import { findStale } from '../plan/find-stale.js';
import type { TreeChange } from '../watch/scan-context.js';
import { Progress } from './progress.js';
import { stageInput } from './stage-changes.js';
import type { Target } from './target.js';

interface Choice {
  readonly tree: ContextTree;
  /** The build containers of a service. */
  readonly targets: readonly Target[];
  /** What other states have not seen. */
  readonly others: readonly (readonly TreeChange[])[];
  readonly took: (stage: number, step: number) => number | undefined;
}

/** The state that the next push had better begin with, by its place among the others; undefined for the present one. */
export function betterState({ tree, targets, others, took }: Choice): number | undefined {
  if (targets.every(({ progress }) => progress.isFinished)) return undefined;
  const now = targets.map((target) => stageInput(target, target.progress));
  const stale = others.map((changes) => {
    const progress = new Progress();
    progress.add(changes);
    return findStale(
      tree,
      targets.map((target) => stageInput(target, progress)),
    );
  });
  return betterStart(findStale(tree, now), stale, took);
}
