import { firstStaleSteps } from '../check/may-be-stale.js';
import type { Stage, Step } from '../dockerfile/model.js';
import { type ContextTree, memberOf } from '../plan/context-tree.js';
import { contextSources } from '../plan/find-stale.js';

/** Files of the context to push as they are, and what is to come of it. */
export interface Probe {
  readonly paths: readonly string[];
  /** The main process is restarted. */
  readonly restarts: boolean;
}

/** The first file at or below a path. */
function firstFile(tree: ContextTree, path: string): string | undefined {
  const entry = tree.get(path);
  if (entry === undefined) return undefined;
  if (entry.kind !== 'directory') return path;
  for (const name of tree.children(path)) {
    const found = firstFile(tree, memberOf(path, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function fileOf(tree: ContextTree, step: Step): string[] {
  const roots = contextSources(tree, step).flatMap((source) => source.roots);
  const found = roots.map(({ path }) => firstFile(tree, path)).find((path) => path !== undefined);
  return found === undefined ? [] : [found];
}

/**
 * What to push so that each step that reads the context is replayed: first a file that only steps after the live command
 * read, which must restart nothing, then one file of every step. `stages` are those that are needed, the last one runs.
 */
export function probesFor(tree: ContextTree, stages: readonly Stage[]): Probe[] {
  const last = stages.at(-1);
  const steps = stages.flatMap((stage) => stage.steps);
  const all = [...new Set(steps.flatMap((step) => fileOf(tree, step)))];
  if (last === undefined || all.length === 0) return [];
  const first = last.steps[firstStaleSteps(stages).get(last.index) ?? Number.POSITIVE_INFINITY];
  const whole: Probe = { paths: all, restarts: first !== undefined && !first.afterLive };
  const before = steps.filter((step) => !step.afterLive).flatMap((step) => contextSources(tree, step));
  const quiet = last.steps
    .filter((step) => step.afterLive)
    .flatMap((step) => fileOf(tree, step))
    .filter((path) => !before.some((source) => source.covers(path)));
  return quiet.length === 0 || !whole.restarts ? [whole] : [{ paths: [...new Set(quiet)], restarts: false }, whole];
}
