import type { FileSource, Step } from '../dockerfile/model.js';
import { type ContextEntry, type ContextTree, isWithin } from './context-tree.js';
import { cleanSource } from './follow-links.js';
import { type MatchedSource, matchSource } from './match-copy.js';
import type { PendingChange, StageInput, StaleCause, StaleStage } from './plan.js';

/** Sources of the context that a step reads, held against the tree. */
export function contextSources(tree: ContextTree, step: Step): MatchedSource[] {
  switch (step.kind) {
    case 'copy':
      return step.from.kind === 'context' ? step.sources.map((source) => matchSource(tree, source)) : [];
    case 'unreplayable':
      return step.sources.map((source) => matchSource(tree, source));
    case 'run':
      return step.mounts
        .filter((mount) => mount.type === 'bind' && mount.from.kind === 'context')
        .map((mount) => matchSource(tree, cleanSource(mount.source ?? '/')));
    case 'workdir':
    case 'config':
      return [];
  }
}

/** Where a step takes files from besides the context. */
function sourcesOf(step: Step): FileSource[] {
  if (step.kind === 'copy') return [step.from];
  if (step.kind === 'run') return step.mounts.map((mount) => mount.from);
  return [];
}

/**
 * The first stale step of every stage that has one. Stages come in the order of the Dockerfile, so that those a stage
 * copies from are decided before it.
 */
export function findStale(tree: ContextTree, stages: readonly StageInput[]): StaleStage[] {
  const stale: StaleStage[] = [];
  for (const input of stages) {
    const found = firstStale(tree, input, new Set(stale.map((other) => other.input.stage.index)));
    if (found) stale.push(found);
  }
  return stale;
}

function firstStale(tree: ContextTree, input: StageInput, stale: ReadonlySet<number>): StaleStage | undefined {
  const { stage, dirty } = input;
  const read = stage.steps.map((step) => contextSources(tree, step));
  const pending = coveredChanges(tree, input, read.flat());
  const because = (step: Step, cause: StaleCause): StaleStage => ({
    input: { ...input, pending },
    from: step.index,
    cause,
  });
  for (const [i, step] of stage.steps.entries()) {
    for (const [path, { since, was }] of read[i]?.length ? pending : []) {
      if (since > step.index || !reaches(tree, read[i] ?? [], { path, was })) continue;
      return because(step, { kind: 'path', path });
    }
    if (step.index === dirty?.from) return because(step, { kind: 'dirty' });
    const from = sourcesOf(step).find((source) => source.kind === 'stage' && stale.has(source.stage));
    if (from?.kind === 'stage') return because(step, { kind: 'stage', stage: from.stage });
  }
  return undefined;
}

/** The changes that concern a stage. There can be very many, and stages: from here on each is looked at with its own alone. */
function coveredChanges(
  tree: ContextTree,
  { pending }: StageInput,
  sources: readonly MatchedSource[],
): StageInput['pending'] {
  const covered = new Map<string, PendingChange>();
  if (sources.length === 0) return covered;
  pending.forEach((change, path) => {
    if (reaches(tree, sources, { path, was: change.was })) covered.set(path, change);
  });
  return covered;
}

/** True when a change of the path, where this stood before, can change what the sources give. */
function reaches(
  tree: ContextTree,
  sources: readonly MatchedSource[],
  change: { path: string; was: readonly ContextEntry[] },
): boolean {
  for (const source of sources) if (source.covers(change.path) || isMoved(tree, source, change)) return true;
  return false;
}

/** Stages that a stage copies or mounts from, directly. */
export const stagesRead = (steps: readonly Step[]): number[] =>
  steps.flatMap(sourcesOf).flatMap((source) => (source.kind === 'stage' ? [source.stage] : []));

/** True when the source goes through a link there, or did: with it, all that the source names is something else. */
export function isMoved(
  tree: ContextTree,
  source: MatchedSource,
  { path, was }: { path: string; was: readonly ContextEntry[] },
): boolean {
  if (!source.links.has(path) && !source.goesThrough(path)) return false;
  return tree.get(path)?.kind === 'link' || was.some(({ kind }) => kind === 'link');
}

/** Tells of a path, and what was there, whether any of the steps reads it; no push can come of one that none reads. */
export function coverage(
  tree: ContextTree,
  steps: readonly Step[],
): (path: string, was: ContextEntry | undefined) => boolean {
  const sources = steps.flatMap((step) => contextSources(tree, step));
  return (path, was) => reaches(tree, sources, { path, was: was ? [was] : [] });
}

/** Directories and files of the context that steps read or would read, for watching, without those within another. */
export function watchRoots(tree: ContextTree, steps: readonly Step[]): string[] {
  const sources = steps.flatMap((step) => contextSources(tree, step));
  const roots = new Set(sources.flatMap((source) => [...source.fronts, ...source.links]));
  const sorted = [...roots].sort((a, b) => a.length - b.length);
  return sorted.filter((root, i) => !sorted.slice(0, i).some((outer) => isWithin(outer, root)));
}
