import type { CopyStep, FileSource, Stage, Step } from '../dockerfile/model.js';
import { type ContextEntry, type ContextTree, isWithin } from './context-tree.js';
import { excluding, readExcludes } from './exclude.js';
import { cleanSource } from './follow-links.js';
import { type MatchedSource, matchSource } from './match-copy.js';
import type { PendingChange, StageInput, StaleCause, StaleStage } from './plan.js';
import { SourceIndex } from './source-index.js';

/** Sources of the context that a step reads, held against the tree. */
export function contextSources(tree: ContextTree, step: Step): MatchedSource[] {
  switch (step.kind) {
    case 'copy':
      return step.from.kind === 'context' ? copySources(tree, step) : [];
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

function copySources(tree: ContextTree, { sources, exclude }: CopyStep): MatchedSource[] {
  const excludes = readExcludes(exclude);
  return sources.map((source) => excluding(matchSource(tree, source), excludes));
}

/** Where a step takes files from besides the context. */
function sourcesOf(step: Step): FileSource[] {
  if (step.kind === 'copy') return [step.from];
  if (step.kind === 'run') return step.mounts.map((mount) => mount.from);
  return [];
}

/** A stage while it is found out what its steps read of what changed. */
interface Reader {
  readonly input: StageInput;
  /** The changes that concern it. */
  readonly pending: Map<string, PendingChange>;
  /** The earliest step that has not been replayed with one of them. */
  first: { readonly step: Step; readonly path: string } | undefined;
}

/**
 * The first stale step of every stage that has one. Stages come in the order of the Dockerfile, so that those a stage
 * copies from are decided before it.
 */
export function findStale(tree: ContextTree, stages: readonly StageInput[]): StaleStage[] {
  const stale: StaleStage[] = [];
  for (const reader of readChanges(tree, stages)) {
    const found = firstStale(reader, new Set(stale.map((other) => other.input.stage.index)));
    if (found) stale.push(found);
  }
  return stale;
}

/** Holds every change against the steps once, however many there are of both. */
function readChanges(tree: ContextTree, stages: readonly StageInput[]): Reader[] {
  const indexes = new Map<StageInput['pending'], SourceIndex<{ reader: Reader; step: Step }>>();
  const readers = stages.map((input): Reader => {
    const reader: Reader = { input, pending: new Map(), first: undefined };
    const index = indexes.get(input.pending) ?? new SourceIndex(tree);
    indexes.set(input.pending, index);
    for (const step of input.stage.steps) index.add({ reader, step }, contextSources(tree, step));
    return reader;
  });
  for (const [pending, index] of indexes) {
    for (const [path, change] of pending) {
      for (const { reader, step } of index.readers(path, change.was)) {
        reader.pending.set(path, change);
        const isFirst = reader.first === undefined || step.index < reader.first.step.index;
        if (change.since <= step.index && isFirst) reader.first = { step, path };
      }
    }
  }
  return readers;
}

function firstStale({ input, pending, first }: Reader, stale: ReadonlySet<number>): StaleStage | undefined {
  const because = (step: Step, cause: StaleCause): StaleStage => ({
    input: { ...input, pending },
    from: step.index,
    cause,
  });
  for (const step of input.stage.steps) {
    if (step === first?.step) return because(step, { kind: 'path', path: first.path });
    if (step.index === input.dirty?.from) return because(step, { kind: 'dirty' });
    const from = sourcesOf(step).find((source) => source.kind === 'stage' && stale.has(source.stage));
    if (from?.kind === 'stage') return because(step, { kind: 'stage', stage: from.stage });
  }
  const { dirty, stage } = input;
  // all steps are done, and the restart is not
  const isOwed = dirty?.restart !== undefined && dirty.from === stage.steps.length;
  return isOwed ? { input: { ...input, pending }, from: dirty.from, cause: { kind: 'dirty' } } : undefined;
}

/** Stages that a stage copies or mounts from, directly. */
export const stagesRead = (steps: readonly Step[]): number[] =>
  steps.flatMap(sourcesOf).flatMap((source) => (source.kind === 'stage' ? [source.stage] : []));

/** Tells of a path, and what was there, whether any of the steps reads it; no push can come of one that none reads. */
export function coverage(
  tree: ContextTree,
  steps: readonly Step[],
): (path: string, was: ContextEntry | undefined) => boolean {
  const readers = stageReaders(tree, [{ steps }]);
  return (path, was) => readers(path, was).length > 0;
}

/** Tells of a path, and what was there, which of the stages read it. */
export function stageReaders<Of extends Pick<Stage, 'steps'>>(
  tree: ContextTree,
  stages: readonly Of[],
): (path: string, was: ContextEntry | undefined) => readonly Of[] {
  const index = new SourceIndex<Of>(tree);
  for (const stage of stages) for (const step of stage.steps) index.add(stage, contextSources(tree, step));
  return (path, was) => index.readers(path, was ? [was] : []);
}

/** Directories and files of the context that steps read or would read, for watching, without those within another. */
export function watchRoots(tree: ContextTree, steps: readonly Step[]): string[] {
  const sources = steps.flatMap((step) => contextSources(tree, step));
  const roots = new Set(sources.flatMap((source) => [...source.fronts, ...source.links]));
  const sorted = [...roots].sort((a, b) => a.length - b.length);
  return sorted.filter((root, i) => !sorted.slice(0, i).some((outer) => isWithin(outer, root)));
}
