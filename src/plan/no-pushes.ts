import type { Stage, Step } from '../dockerfile/model.js';
import { EMPTY_TREE } from './context-tree.js';
import { contextSources, stagesRead } from './find-stale.js';
import { mountOf } from './mounted.js';
import type { MountedPath } from './plan.js';

/** Why no edit of a build context changes anything in a service's containers. */
export type NoPushes =
  /** No step reads the context. */
  | { readonly kind: 'unread' }
  /** All that is copied from it lies below these mounts, which hide it. */
  | { readonly kind: 'hidden'; readonly mounts: readonly string[] };

/**
 * Says why a service gets no pushes, if it gets none. Undefined where a step may change something else than what it copies.
 *
 * @param stages up to the final one, which is the last
 */
export function noPushes(stages: readonly Stage[], mounts: readonly MountedPath[]): NoPushes | undefined {
  const final = stages.at(-1);
  if (!final) return undefined;
  if (stagesRead(final.steps).some((index) => isFed(stages, index))) return undefined;
  const first = final.steps.findIndex(readsContext);
  if (first < 0) return { kind: 'unread' };
  const hiding = new Set<string>();
  for (const step of final.steps.slice(first)) {
    if (step.kind === 'run' || step.kind === 'unreplayable') return undefined;
    if (!readsContext(step)) continue;
    const mount = step.kind === 'copy' ? mountOf(mounts, step.destination) : undefined;
    if (!mount?.bind) return undefined;
    hiding.add(mount.destination);
  }
  return { kind: 'hidden', mounts: [...hiding] };
}

const readsContext = (step: Step): boolean =>
  step.kind === 'unreplayable' || contextSources(EMPTY_TREE, step).length > 0;

/** True for a stage whose files come of the context, or of a stage of which they do. */
function isFed(stages: readonly Stage[], index: number): boolean {
  const stage = stages[index];
  return stage === undefined || stage.steps.some(readsContext) || stagesRead(stage.steps).some((i) => isFed(stages, i));
}
