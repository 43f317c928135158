import type { Stage, Step } from './model.js';

/** The same stages with the lines of the user's own Dockerfile. */
export function inOriginalLines(stages: readonly Stage[], lineMap: readonly number[]): Stage[] {
  const line = (live: number): number => lineMap[live - 1] ?? live;
  const moved = (step: Step): Step => ({ ...step, line: line(step.line), endLine: line(step.endLine) });
  return stages.map((stage) => ({ ...stage, steps: stage.steps.map(moved) }));
}
