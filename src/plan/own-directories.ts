import type { CopyStep, Stage, Step } from '../dockerfile/model.js';
import { isWithin, selfAndParents } from './context-tree.js';

/** The working directories of steps, and those that they make. */
export const workdirsOf = (steps: readonly Step[]): string[] => [
  ...new Set(steps.flatMap((step) => [step.state.workdir, ...(step.kind === 'workdir' ? [step.path] : [])])),
];

/**
 * The destination of a COPY and its parents, innermost first, as far as no other step of the stage has to do with them:
 * a build does not make them when the step matches nothing. What is in them, or below the step, decides besides.
 */
export function ownDirectories(stage: Stage, step: CopyStep, destination: string): string[] {
  const others = stage.steps.filter((other) => other !== step && other.kind === 'copy');
  const workdirs = workdirsOf(stage.steps);
  return selfAndParents(destination).filter(
    (path) =>
      !workdirs.some((workdir) => isWithin(path, workdir)) &&
      // what later steps put into the destination itself is written again in any case
      (path === destination || !others.some((other) => other.kind === 'copy' && isWithin(path, other.destination))),
  );
}
