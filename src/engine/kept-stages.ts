import type { Stage } from '../dockerfile/model.js';
import { stagesRead } from '../plan/find-stale.js';

/** Stages that the final one copies or mounts from, directly or through others: each gets a container of its own. */
export function keptStages(stages: readonly Stage[]): number[] {
  const kept = new Set<number>();
  const visit = (stage: Stage | undefined): void => {
    for (const index of stage ? stagesRead(stage.steps) : []) {
      if (kept.has(index)) continue;
      kept.add(index);
      visit(stages[index]);
    }
  };
  visit(stages.at(-1));
  return [...kept].sort((a, b) => a - b);
}
