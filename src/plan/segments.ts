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

/**
 * Steps before which the state of the layers can matter to a push: the starts of segments with files from the context,
 * and every COPY from another stage.
 */
export function lowerBoundaries(steps: readonly Step[]): number[] {
  const boundaries = segmentsOf(steps).flatMap(({ start, copies, end }) => [
    ...(copies.length > 0 ? [start] : []),
    ...(end?.kind === 'copy' && end.from.kind === 'stage' ? [end.index] : []),
  ]);
  return [...new Set(boundaries)];
}
