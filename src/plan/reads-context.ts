import type { Stage, Step } from '../dockerfile/model.js';
import { EMPTY_TREE } from './context-tree.js';
import { contextSources, stagesRead } from './find-stale.js';

/**
 * True where what a stage's steps before `before` leave comes of files of the build context, of earlier stages' too, or
 * where that cannot be told.
 */
export function readsContext(
  stages: readonly Stage[],
  { stage, before }: { readonly stage: Stage; readonly before: number },
): boolean {
  const steps = stage.steps.slice(0, before);
  if (steps.some(mayReadContext)) return true;
  const read = [...stagesRead(steps), ...(stage.base.kind === 'stage' ? [stage.base.stage] : [])];
  return read.some((index) => {
    const other = stages[index];
    return other === undefined || readsContext(stages, { stage: other, before: other.steps.length });
  });
}

const mayReadContext = (step: Step): boolean =>
  step.kind === 'unreplayable' || contextSources(EMPTY_TREE, step).length > 0;
