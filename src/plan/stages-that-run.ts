import type { RunStep, Stage, Step } from '../dockerfile/model.js';
import { stagesRead } from './find-stale.js';

/**
 * Stages in which an edit can lead to a RUN that is replayed, by their numbers: one that reads what can change stands in front of
 * it or is it, and no step between the two, or after it, is left to a build.
 *
 * @param stages each after those that it reads
 */
export function stagesThatRun(stages: readonly Stage[], canRunAgain: (step: RunStep) => boolean): number[] {
  const changing = new Set<number>();
  const running: number[] = [];
  const isLeft = (step: Step): boolean => step.kind === 'unreplayable' || (step.kind === 'run' && !canRunAgain(step));
  for (const { index, steps } of stages) {
    const changes = (step: Step): boolean =>
      readsContext(step) || stagesRead([step]).some((stage) => changing.has(stage));
    if (steps.some(changes)) changing.add(index);
    const replayed = steps.slice(steps.findLastIndex(isLeft) + 1);
    const first = replayed.findIndex(changes);
    if (first >= 0 && replayed.slice(first).some(({ kind }) => kind === 'run')) running.push(index);
  }
  return running;
}

function readsContext(step: Step): boolean {
  if (step.kind === 'copy') return step.from.kind === 'context' && step.sources.length > 0;
  return step.kind === 'run' && step.mounts.some(({ type, from }) => type === 'bind' && from.kind === 'context');
}
