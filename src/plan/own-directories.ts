import type { CopyStep, Stage } from '../dockerfile/model.js';
import { isWithin, selfAndParents } from './context-tree.js';

/**
 * The destination of a COPY and its parents, innermost first, as far as no other step of the stage has to do with them:
 * a build does not make them when the step matches nothing. What is in them, or below the step, decides besides.
 */
export function ownDirectories(stage: Stage, step: CopyStep, destination: string): string[] {
  const others = stage.steps.filter((other) => other !== step && other.kind === 'copy');
  return selfAndParents(destination).filter(
    (path) =>
      !stage.steps.some(({ state }) => isWithin(path, state.workdir)) &&
      // what later steps put into the destination itself is written again in any case
      (path === destination || !others.some((other) => other.kind === 'copy' && isWithin(path, other.destination))),
  );
}
