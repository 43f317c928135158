import type { Stage } from '../dockerfile/model.js';
import type { ContextTree } from '../plan/context-tree.js';
import { findStale, stageReaders } from '../plan/find-stale.js';
import type { StageInput } from '../plan/plan.js';
import type { TreeChange } from '../watch/scan-context.js';
import { keptStages } from './kept-stages.js';
import { Progress } from './progress.js';

/** Of changes those that a stage's own steps read. */
export function changesRead(tree: ContextTree, stage: Stage, changes: readonly TreeChange[]): TreeChange[] {
  const readers = stageReaders(tree, [stage]);
  return changes.filter(({ path, before }) => readers(path, before).length > 0);
}

/** True when a stage that another one copies or mounts from reads one of the changes. */
export function readByStages(tree: ContextTree, stages: readonly Stage[], changes: readonly TreeChange[]): boolean {
  return keptStages(stages).some((index) => changesRead(tree, stages[index] as Stage, changes).length > 0);
}

/** The first step that changes make stale, by the number of the stage. */
export function firstStaleSteps(
  tree: ContextTree,
  stages: readonly Stage[],
  changes: readonly TreeChange[],
): Map<number, number> {
  const progress = new Progress();
  progress.add(changes);
  const inputs = stages.map((stage) => stageInput({ name: '', stage }, progress));
  return new Map(findStale(tree, inputs).map(({ input, from }) => [input.stage.index, from]));
}

/** A container without mounts that has not seen this. */
export const stageInput = (
  { name, stage }: { readonly name: string; readonly stage: Stage },
  { pending, dirty }: Progress,
): StageInput => ({ ...{ target: name, stage, final: false, pending, dirty, mounts: [], running: true } });
