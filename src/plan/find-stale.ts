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
  pending: Map<string, PendingChange>;
  /** The earliest step that has not been replayed with one of them. */
  first: { readonly step: Step; readonly path: string } | undefined;
}

/**
 * The first stale step of every stage that has one. Stages come in the order of the Dockerfile, so that those a stage
 * copies from are decided before it.
 */
export function findStale(tree: ContextTree, stages: readonly StageInput[]): StaleStage[] {
  const { readers, indexes } = indexChanges(tree, stages);
  for (const [pending, index] of indexes) for (const [path, change] of pending) hold(index, path, change);
  return staleOf(readers);
}

/** What each path that has changed would make stale if it were the only one. */
export function staleByEach(tree: ContextTree, stages: readonly StageInput[]): ReadonlyMap<string, StaleStage[]> {
  const { readers, indexes } = indexChanges(tree, stages);
  const paths = new Set(stages.flatMap(({ pending }) => [...pending.keys()]));
  const each = new Map<string, StaleStage[]>();
  for (const path of paths) {
    const touched = new Set<Reader>();
    for (const [pending, index] of indexes) {
      const change = pending.get(path);
      if (change) for (const reader of hold(index, path, change)) touched.add(reader);
    }
    each.set(path, touched.size > 0 ? staleOf(readers) : []);
    for (const reader of touched) {
      reader.pending = new Map();
      reader.first = undefined;
    }
  }
  return each;
}

type ChangeIndex = SourceIndex<{ readonly reader: Reader; readonly step: Step }>;

/** An index of what the steps read, for each set of changes; changes are held against it once, however many there are. */
function indexChanges(tree: ContextTree, stages: readonly StageInput[]) {
  const indexes = new Map<StageInput['pending'], ChangeIndex>();
  const readers = stages.map((input): Reader => {
    const reader: Reader = { input, pending: new Map(), first: undefined };
    const index: ChangeIndex = indexes.get(input.pending) ?? new SourceIndex(tree);
    indexes.set(input.pending, index);
    for (const step of input.stage.steps) index.add({ reader, step }, contextSources(tree, step));
    return reader;
  });
  return { readers, indexes };
}

/** Notes a change with those that read it, and gives them. */
function hold(index: ChangeIndex, path: string, change: PendingChange): Reader[] {
  return index.readers(path, change.was).map(({ reader, step }) => {
    reader.pending.set(path, change);
    const isFirst = reader.first === undefined || step.index < reader.first.step.index;
    if (change.since <= step.index && isFirst) reader.first = { step, path };
    return reader;
  });
}

function staleOf(readers: readonly Reader[]): StaleStage[] {
  const stale: StaleStage[] = [];
  const indexes = new Set<number>();
  for (const reader of readers) {
    const found = firstStale(reader, indexes);
    if (!found) continue;
    stale.push(found);
    indexes.add(found.input.stage.index);
  }
  return stale;
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
