import type { CopyStep, RunStep, Stage, Step } from '../dockerfile/model.js';
import { type Beneath, type ContextLayer, isDirectoryBeneath, type StageLayer } from './beneath.js';
import { type ContextTree, isWithin } from './context-tree.js';
import { type CopyMap, copyMap, type Destination } from './copy-map.js';
import { findObstacle } from './find-obstacle.js';
import { contextSources, findStale } from './find-stale.js';
import { isDestinationMoved } from './moved-destination.js';
import { workdirsOf } from './own-directories.js';
import type { Operation, Plan, StageInput, StagePlan, StaleStage } from './plan.js';
import { type Disturbance, planFiles } from './plan-files.js';
import { regionStart, type Segment, segmentsOf } from './segments.js';

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
  /** Why a RUN cannot be run again on what it left; undefined when it can. All can when left out. */
  readonly whyNotAgain?: (step: RunStep) => string | undefined;
  /** Steps run in the containers of the final stage themselves, beside their mounts. */
  readonly runsInPlace?: boolean;
  /** An edit that lands only where mounts hide the image restarts the main process all the same. */
  readonly restartsUnderMounts?: boolean;
}

/** Decides what a change set comes to: which steps are stale, what they do, and whether the main process restarts. Pure. */
export function planChanges(input: PlanInput): Plan {
  const stale = findStale(input.tree, input.stages);
  if (stale.length === 0) return { kind: 'nothing' };
  const obstacle = findObstacle(input, stale);
  if (obstacle) return obstacle;
  const planned = stale.map((found) => planStage(input, found));
  for (const { left } of planned) if (left) return { kind: 'rebuild', ...left };
  const stages = planned.map(({ plan }) => plan).filter((plan) => !isIdle(input, plan));
  if (stages.length === 0) return { kind: 'nothing', underMounts: true };
  const stopped = new Set(stale.flatMap(({ input: { running, target } }) => (running ? [] : [target])));
  if (stages.some((plan) => stopped.has(plan.target) && removesFirst(plan)))
    return { kind: 'rebuild', reason: STOPPED, step: undefined, needsRunning: true };
  return { kind: 'replay', stages };
}

const STOPPED = 'the container has stopped, and a file has to be removed';

/** A container of the service that shows what was edited by a mount already. */
const isIdle = ({ restartsUnderMounts, stages }: PlanInput, { target, final, operations, cause }: StagePlan): boolean =>
  final &&
  operations.length === 0 &&
  !restartsUnderMounts &&
  cause.kind === 'path' &&
  stages.find((input) => input.target === target)?.dirty === undefined;

/** Removes a file before any command has called for the container to run. */
function removesFirst({ operations }: StagePlan): boolean {
  const command = operations.findIndex(({ kind }) => kind === 'run');
  return operations
    .slice(0, command < 0 ? operations.length : command)
    .some((operation) => operation.kind === 'files' && operation.uncover.length + operation.prune.length > 0);
}

interface PlannedStage {
  readonly plan: StagePlan;
  /** A step that only a build can carry out after what these changes do in front of it. */
  readonly left: { readonly reason: string; readonly step: Step } | undefined;
}

function planStage(input: PlanInput, found: StaleStage): PlannedStage {
  const { target, stage, final, pending, mounts, dirty } = found.input;
  const operations: Operation[] = [];
  const disturbed: Disturbance[] = [];
  let ran = false;
  let left: PlannedStage['left'];
  let atFirstRun: Beneath | undefined;
  const isFull = (index: number): boolean => ran || (dirty?.full === true && index >= dirty.from);
  const first = regionStart(stage.steps, found.from);
  let beneath: Beneath = { kind: 'lower', before: first };
  for (const segment of segmentsOf(stage.steps).filter(({ start }) => start >= first)) {
    const { copies, end } = segment;
    const { moved, ...mapped } = mapSegment(input, { stage, segment, beneath, pending });
    if (moved) left ??= { reason: 'its destination is a directory now, or is none any more', step: moved };
    const layer: ContextLayer = { kind: 'context', ...mapped, beneath };
    const beforeRun = end?.kind === 'run';
    if ((end?.index ?? found.from) >= found.from && (beforeRun || copies.some(({ index }) => index >= found.from))) {
      const workdirSteps = stage.steps
        .slice(segment.start, (end?.index ?? stage.steps.length) + 1)
        .filter((step) => step.kind === 'workdir');
      const full = isFull(copies.at(-1)?.index ?? -1);
      const state = { pending, mounts, disturbed, beforeRun, workdirSteps, full };
      const files = planFiles({ ...layer, from: found.from, ...state });
      operations.push(...files);
      disturbed.push(...files.flatMap(disturbances));
    }
    beneath = layer;
    if (!end) continue;
    const fromStage = stageLayer(input, stage, { end, beneath });
    if (end.index >= found.from) {
      const place = end.kind === 'copy' ? input.destinationOf(stage.index, end).path : undefined;
      const covers = place !== undefined && disturbed.some((other) => overlaps(other, place));
      const full = isFull(end.index) || covers;
      if (covers && end.kind === 'copy' && end.from.kind === 'fixed')
        left ??= { reason: 'files were written that a later COPY of an image replaces', step: end };
      const opaque = planOpaque(end, { full, layer: fromStage });
      operations.push(...opaque);
      disturbed.push(...opaque.flatMap(disturbances));
      if (end.kind === 'run') atFirstRun ??= beneath;
      ran ||= end.kind === 'run';
    }
    beneath = behind(end, beneath, fromStage);
  }
  const from = (stage.steps[found.from] ?? dirty?.restart) as Step;
  const restart = from.afterLive ? dirty?.restart : from;
  const hoisted = atFirstRun ? removeFirst(operations, atFirstRun) : operations;
  const plan = { target, stage, final, from, cause: found.cause, operations: hoisted };
  return { plan: { ...plan, restart: final ? restart : undefined }, left };
}

/**
 * What later steps place no more is taken away before the first RUN that is replayed: in a build it is not there yet, and
 * what the RUN leaves in its place stays.
 */
function removeFirst(operations: readonly Operation[], beneath: Beneath): Operation[] {
  const run = operations.findIndex(({ kind }) => kind === 'run');
  const [before, after] = [operations.slice(0, run), operations.slice(run)];
  const later = after.flatMap((operation) => (operation.kind === 'files' ? [operation] : []));
  const uncover = later.flatMap((operation) => operation.uncover);
  const prune = later.flatMap((operation) => operation.prune);
  const [first] = later;
  if (!first || uncover.length + prune.length === 0) return [...operations];
  const only = { uncover, prune, writes: [], unchanged: new Set<string>(), verify: [], implied: [] };
  const removal: Operation = { kind: 'files', step: first.step, ...only, beneath };
  const rest = after
    .map((operation) => (operation.kind === 'files' ? { ...operation, uncover: [], prune: [] } : operation))
    .filter(
      (operation) =>
        operation.kind !== 'files' || operation.writes.length + operation.verify.length + operation.implied.length > 0,
    );
  return [...before, removal, ...rest];
}

/** What an operation may have changed under the hands of later steps. After a RUN everything is written anyway. */
function disturbances(operation: Operation): Disturbance[] {
  switch (operation.kind) {
    case 'files':
      return [
        ...operation.uncover.map((path) => ({ path, below: true })),
        ...operation.writes
          .filter(({ content }) => content.kind !== 'root')
          .map(({ destination }) => ({ path: destination, below: false })),
      ];
    case 'unpack':
      return [{ path: operation.destination, below: true }];
    case 'copy-stage':
      return [{ path: operation.layer.destination.path, below: true }];
    case 'run':
      return [];
  }
}

const overlaps = ({ path, below }: Disturbance, destination: string): boolean =>
  isWithin(destination, path) || (below && isWithin(path, destination));

/** What stands in front of the step that follows the end of a segment. */
function behind(end: Step, beneath: Beneath, layer: StageLayer | undefined): Beneath {
  if (end.kind === 'run') return { kind: 'run', index: end.index, beneath };
  return layer ?? { kind: 'lower', before: end.index + 1 };
}

/** What the end of a segment puts there, if it copies from another stage. */
function stageLayer(
  { destinationOf }: PlanInput,
  { index }: Stage,
  { end, beneath }: { end: Step; beneath: Beneath },
): StageLayer | undefined {
  if (end.kind !== 'copy' || end.from.kind !== 'stage') return undefined;
  const { path, directory } = destinationOf(index, end);
  const destination = { path, directory: directory || isDirectoryBeneath(beneath, path) };
  return { kind: 'stage', step: end, fromStage: end.from.stage, destination, beneath };
}

interface Mapped {
  readonly stage: Stage;
  readonly segment: Segment;
  readonly beneath: Beneath;
  readonly pending: StageInput['pending'];
}

/** Holds the COPY steps of a segment against context and container, in order: an earlier one can make a later one's directory. */
function mapSegment(
  { tree, destinationOf }: PlanInput,
  { stage, segment, beneath, pending }: Mapped,
): Pick<ContextLayer, 'maps' | 'workdirs'> & { moved: Step | undefined } {
  const { start, copies, end } = segment;
  const maps: CopyMap[] = [];
  let moved: Step | undefined;
  const workdirsTo = (last: number) => workdirsOf(stage.steps.slice(start, last + 1));
  for (const step of copies) {
    const { path, directory } = destinationOf(stage.index, step);
    const before: ContextLayer = { kind: 'context', maps, workdirs: workdirsTo(step.index), beneath };
    const made = directory || isDirectoryBeneath(before, path);
    const sources = contextSources(tree, step);
    const map = copyMap(tree, step, sources, { path, directory: made });
    const hasFile = sources.some((source) => source.roots.some((root) => !root.directory));
    if (hasFile && isDestinationMoved(map, before, pending)) moved ??= step;
    maps.push(map);
  }
  return { moved, maps, workdirs: workdirsTo(end?.index ?? stage.steps.length - 1) };
}

/** The step that ends a segment: RUN again, copy again from another stage. An image's files are never stale. */
function planOpaque(step: Step, { full, layer }: { full: boolean; layer: StageLayer | undefined }): Operation[] {
  if (step.kind === 'run') return [{ kind: 'run', step }];
  return layer ? [{ kind: 'copy-stage', step: layer.step, layer, full }] : [];
}
