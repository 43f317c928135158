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

/** True for a step after which nothing can be told of the file system without looking: only an image of it can tell. */
const hides = (step: Step): boolean =>
  step.kind === 'run' || step.kind === 'unreplayable' || (step.kind === 'copy' && step.from.kind === 'fixed');

/** The step right behind the last one in front of `index` after which only an image can tell what the layers hold. */
export const regionStart = (steps: readonly Step[], index: number): number =>
  steps.slice(0, index).findLastIndex(hides) + 1;

/** Steps before which the state of the layers can matter to a push: an image of each is wanted. */
export function lowerBoundaries(steps: readonly Step[]): number[] {
  const copies = steps.filter((step) => step.kind === 'copy' && step.from.kind !== 'fixed');
  return [...new Set(copies.map(({ index }) => regionStart(steps, index)))];
}
