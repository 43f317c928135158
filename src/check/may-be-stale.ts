import type { FileSource, Stage, Step } from '../dockerfile/model.js';

const isContext = ({ kind }: FileSource): boolean => kind === 'context';

/** Whether a change of the context can reach this step directly. */
export function readsContext(step: Step): boolean {
  switch (step.kind) {
    case 'copy':
      return isContext(step.from) && step.sources.length > 0;
    case 'unreplayable':
      return step.sources.length > 0;
    case 'run':
      return step.mounts.some(({ type, from }) => type === 'bind' && isContext(from));
    case 'workdir':
    case 'config':
      return false;
  }
}

/** Indexes of the stages that a step copies or mounts from. */
export function stagesRead(step: Step): number[] {
  const sources = step.kind === 'copy' ? [step.from] : step.kind === 'run' ? step.mounts.map(({ from }) => from) : [];
  return sources.flatMap((source) => (source.kind === 'stage' ? [source.stage] : []));
}

/**
 * For each stage that an edit can reach, by its index, the first step that it can make stale: pushes replay that one and
 * those after it, and never those in front of it. `stages` are in the order of the Dockerfile.
 */
export function firstStaleSteps(stages: readonly Stage[]): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  for (const { index, steps } of stages) {
    const step = steps.find((each) => readsContext(each) || stagesRead(each).some((stage) => first.has(stage)));
    if (step !== undefined) first.set(index, step.index);
  }
  return first;
}

/** Whether a push can come to this step of a stage. */
export const mayBeReplayed = (first: ReadonlyMap<number, number>, stage: Stage, step: Step): boolean =>
  step.index >= (first.get(stage.index) ?? Number.POSITIVE_INFINITY);
