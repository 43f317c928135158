import type { CopyStep, Step } from '../dockerfile/model.js';

/**
 * A run of steps with nothing opaque between them: what such COPY steps leave at a path depends on the context and on
 * the layers below the first of them, and on nothing else.
 */
export interface Segment {
  /** Index of the first step. */
  readonly start: number;
  readonly copies: readonly CopyStep[];
  /** The step that ends it: RUN, COPY from another place, one that cannot be replayed; undefined at the stage's end. */
  readonly end: Step | undefined;
}

/** True for a COPY or ADD whose files come from the build context. */
export const copiesFromContext = (step: Step): step is CopyStep => step.kind === 'copy' && step.from.kind === 'context';

/** Cuts the steps of a stage into segments. */
export function segmentsOf(steps: readonly Step[]): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  let copies: CopyStep[] = [];
  for (const step of steps) {
    if (copiesFromContext(step)) copies.push(step);
    else if (step.kind !== 'workdir' && step.kind !== 'config') {
      segments.push({ start, copies, end: step });
      start = step.index + 1;
      copies = [];
    }
  }
  if (copies.length > 0) segments.push({ start, copies, end: undefined });
  return segments;
}

/** True for a step that may change any file. */
const isOpaque = (step: Step): boolean =>
  step.kind === 'run' || step.kind === 'unreplayable' || (step.kind === 'copy' && step.from.kind === 'fixed');

/** True for a COPY whose files can change while a session runs. */
const isCopy = (step: Step): boolean => step.kind === 'copy' && step.from.kind !== 'fixed';

/** The step right behind the last one in front of `index` that may have changed any file. */
export const lowerPoint = (steps: readonly Step[], index: number): number =>
  steps.slice(0, index).findLastIndex(isOpaque) + 1;

/**
 * The step from which on it can be told what stands at a path: right behind the last step in front of `index` that hides
 * what was before. A RUN hides nothing that changes as long as nothing was copied before it, or else shows what it did by
 * the layers on both sides of it.
 */
export function regionStart(steps: readonly Step[], index: number): number {
  const first = steps.findIndex(isCopy);
  return (
    steps.slice(0, index).findLastIndex((step) => isOpaque(step) && (step.kind !== 'run' || step.index < first)) + 1
  );
}

/** Steps before which the state of the layers can matter to a push: an image of each is wanted. */
export function lowerBoundaries(steps: readonly Step[]): number[] {
  const points = steps.filter(isCopy).flatMap(({ index }) => {
    const start = regionStart(steps, index);
    const runs = steps.slice(start, index).filter(({ kind }) => kind === 'run');
    return [start, ...runs.flatMap((run) => [run.index, run.index + 1])];
  });
  return [...new Set(points)].sort((a, b) => a - b);
}
