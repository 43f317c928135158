import type { CopyStep, Stage, Step } from '../dockerfile/model.js';
import { type ContextTree, isWithin } from './context-tree.js';
import { type CopyMap, copyMap, type Destination } from './copy-map.js';
import { contextSources, findStale } from './find-stale.js';
import type { MatchedSource } from './match-copy.js';
import type { Operation, Plan, StageInput, StagePlan, StaleStage } from './plan.js';
import { planFiles } from './plan-files.js';
import { type Segment, segmentsOf } from './segments.js';

export interface PlanInput {
  readonly file: string;
  readonly tree: ContextTree;
  /** The stages that are kept, in the order of the Dockerfile; the final one is last. */
  readonly stages: readonly StageInput[];
  /**
   * Where a COPY step of a stage writes, and whether the layers below its segment have a directory there; asked only for
   * steps of stale segments.
   */
  readonly destinationOf: (stage: number, step: CopyStep) => Destination;
}

/** Decides what a change set comes to: which steps are stale, what they do, and whether the main process restarts. Pure. */
export function planChanges(input: PlanInput): Plan {
  const stale = findStale(input.tree, input.stages);
  if (stale.length === 0) return { kind: 'nothing' };
  const obstacle = findObstacle(input, stale);
  if (obstacle) return obstacle;
  const stages = stale.map((found) => planStage(input, found));
  const stopped = stale.find(({ input: { running } }, i) => !running && removesFirst(stages[i] as StagePlan));
  if (stopped)
    return { kind: 'rebuild', reason: 'the container has stopped, and a file has to be removed', step: undefined };
  return { kind: 'replay', stages };
}

/** Removes a file before any command has called for the container to run. */
function removesFirst({ operations }: StagePlan): boolean {
  const command = operations.findIndex(({ kind }) => kind === 'run');
  return operations
    .slice(0, command < 0 ? operations.length : command)
    .some((operation) => operation.kind === 'files' && operation.uncover.length > 0);
}

/** A step from the first stale one on that cannot be replayed, or that a clean build would fail at. */
function findObstacle(input: PlanInput, stale: readonly StaleStage[]): Plan | undefined {
  const steps = stale.flatMap((found) => found.input.stage.steps.slice(found.from).map((step) => ({ found, step })));
  for (const { found, step } of steps) {
    const reason = whyRebuild(input, found, step);
    if (reason !== undefined) return { kind: 'rebuild', reason, step };
  }
  const diagnostics = steps.flatMap(({ step }) =>
    contextSources(input.tree, step)
      .filter((source) => source.missing)
      .map((source) => ({
        code: 'copy-source-missing',
        severity: 'error' as const,
        message: `${step.text.split(' ')[0]} source ${source.source} is not in the build context.`,
        hint: 'Bring the file back, or change the instruction; the next edit is pushed as soon as a build would work.',
        file: input.file,
        range: { line: step.line, column: 1, endLine: step.endLine, endColumn: 1 },
      })),
  );
  return diagnostics.length > 0 ? { kind: 'fault', diagnostics } : undefined;
}

function whyRebuild(input: PlanInput, found: StaleStage, step: Step): string | undefined {
  if (step.kind === 'unreplayable') return step.reason;
  if (step.kind === 'copy' && (step.parents || step.exclude.length > 0)) {
    return `${step.parents ? '--parents' : '--exclude'} is left to the build`;
  }
  if (step.kind === 'run') {
    const left = step.mounts.find(({ type, from }) => type === 'ssh' || from.kind === 'fixed');
    if (left) return `RUN --mount=type=${left.type} of this kind is left to the build`;
  }
  const { pending } = found.input;
  if (step.kind === 'copy' && step.add && unlistedArchive(input, pending, step)) {
    return 'an archive changed whose members cannot be listed here';
  }
  for (const source of contextSources(input.tree, step)) {
    for (const link of source.links)
      if (pending.has(link)) return `the link ${link} that a COPY source goes through changed`;
  }
  return undefined;
}

const unlistedArchive = (input: PlanInput, pending: StageInput['pending'], step: CopyStep): boolean =>
  contextSources(input.tree, step)
    .flatMap((source) => source.roots)
    .some(({ path }) => {
      const change = pending.get(path);
      const entries = [...(change?.was ?? []), input.tree.get(path)];
      return change !== undefined && entries.some((entry) => entry?.kind === 'file' && entry.archive === 'unlisted');
    });

function planStage(input: PlanInput, found: StaleStage): StagePlan {
  const { target, stage, final, pending, mounts, dirty } = found.input;
  const operations: Operation[] = [];
  let full = dirty?.full === true && dirty.from === found.from;
  for (const segment of segmentsOf(stage.steps)) {
    const beforeRun = segment.end?.kind === 'run' && segment.end.index >= found.from;
    if (beforeRun || segment.copies.some((step) => step.index >= found.from)) {
      const sources = new Map(segment.copies.map((step) => [step, contextSources(input.tree, step)]));
      const maps = mapSegment(input, stage, segment, sources);
      const { start } = segment;
      operations.push(
        ...planFiles({ tree: input.tree, start, maps, sources, from: found.from, full, beforeRun, pending, mounts }),
      );
    }
    if (!segment.end || segment.end.index < found.from) continue;
    operations.push(...planOpaque(segment.end, full));
    full ||= segment.end.kind === 'run';
  }
  const from = stage.steps[found.from] as Step;
  const restart = final && !from.afterLive ? from : undefined;
  return { target, stage, final, from, cause: found.cause, operations, restart };
}

/** Holds the COPY steps of a segment against context and container, in order: an earlier one can make a later one's directory. */
function mapSegment(
  input: PlanInput,
  stage: Stage,
  { start, copies }: Segment,
  sources: ReadonlyMap<CopyStep, readonly MatchedSource[]>,
): CopyMap[] {
  const maps: CopyMap[] = [];
  for (const step of copies) {
    const { path, directory } = input.destinationOf(stage.index, step);
    const workdirs = stage.steps.slice(start, step.index + 1).map(({ state }) => state.workdir);
    const made =
      directory || workdirs.some((workdir) => isWithin(path, workdir)) || maps.some((map) => makesDirectory(map, path));
    maps.push(copyMap(input.tree, step, sources.get(step) ?? [], { path, directory: made }));
  }
  return maps;
}

function makesDirectory(map: CopyMap, path: string): boolean {
  for (const { destination, content } of map.within(path)) {
    if (destination !== path || content.kind === 'root') return true;
    if (content.kind === 'context' && content.entry.kind === 'directory') return true;
  }
  return false;
}

/** The step that ends a segment: RUN again, copy again from another stage. An image's files are never stale. */
function planOpaque(step: Step, full: boolean): Operation[] {
  if (step.kind === 'run') return [{ kind: 'run', step }];
  if (step.kind === 'copy' && step.from.kind === 'stage') {
    return [{ kind: 'copy-stage', step, fromStage: step.from.stage, below: step.index, full }];
  }
  return [];
}
