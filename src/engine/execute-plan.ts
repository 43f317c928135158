import { setTimeout } from 'node:timers/promises';
import type { RestartSetting } from '../compose/restart-setting.js';
import { pausedError } from '../docker/engine-error.js';
import type { RunStep, Step } from '../dockerfile/model.js';
import type { EventSink } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import { stagesRead } from '../plan/find-stale.js';
import type { Operation, StagePlan } from '../plan/plan.js';
import { isDone } from './is-done.js';
import type { LowerLayers } from './lower-layers.js';
import type { OperationContext } from './operations/context.js';
import { runCopyStage } from './operations/copy-stage.js';
import { expectSources } from './operations/expect-sources.js';
import { runFiles } from './operations/files.js';
import { type RestartContext, restart } from './operations/restart.js';
import { ColdCache, runStep } from './operations/run.js';
import { manifestOf } from './operations/stage-copy.js';
import { stopContainer } from './operations/stop-container.js';
import { runUnpack } from './operations/unpack.js';
import type { PhaseClock } from './phase-clock.js';
import { RunningSteps } from './running-steps.js';
import type { Target } from './target.js';
import type { Unbroken } from './unbroken.js';

export interface ExecuteOptions {
  readonly service: string;
  readonly push: number;
  readonly contextRoot: string;
  readonly tree: ContextTree;
  readonly secret: OperationContext['secret'];
  readonly targets: ReadonlyMap<string, Target>;
  readonly stageTarget: (stage: number) => Target;
  /** The build container of the final stage; none where its steps run in the containers themselves. */
  readonly builder?: Target | undefined;
  readonly ledger?: OperationContext['ledger'];
  readonly stages?: OperationContext['stages'];
  /** A container that has ended with success is started by a push as any other that has ended. */
  readonly restartsDone?: boolean;
  readonly lower: LowerLayers;
  readonly restart: boolean;
  readonly restartBy: RestartSetting;
  readonly phases: PhaseClock;
  readonly outputEncoding?: OperationContext['outputEncoding'];
  readonly hooks?: OperationContext['hooks'];
  readonly inTurn?: RestartContext['inTurn'];
  readonly forget?: RestartContext['forget'];
  readonly sink: EventSink;
  readonly unbroken?: Unbroken;
  readonly signal: AbortSignal;
  readonly stepSignal: AbortSignal;
  /** Told before a container of the service is touched. */
  readonly onTouch?: (() => Promise<void>) | undefined;
  /** Told of steps while they run. */
  readonly steps?: RunningSteps;
  /** Resolves when all edits that were seen so far have been handed over. */
  readonly calm?: (() => Promise<void>) | undefined;
}

/** Trouble in one container; the others went on. */
export interface TargetFailure {
  readonly target: Target;
  readonly error: unknown;
}

/**
 * Carries a plan out: a stage as soon as the stages that it reads are done, those that do not read each other and all
 * replicas at once. Each container keeps its own progress, so that what was not done is done by the next push. Gives the
 * failures; a later stage does not run on top of one that failed.
 */
export async function executePlan(stages: readonly StagePlan[], options: ExecuteOptions): Promise<TargetFailure[]> {
  await options.phases.during('copy', () => noteManifests(stages, options));
  const ends = new Map<number, Promise<StageEnd>>();
  const results = stages.map((plan) => {
    const read = stagesRead(plan.stage.steps).flatMap((index) => ends.get(index) ?? []);
    const end = Promise.all(read).then((before) => executeAfter(plan, before, options));
    if (!plan.final) ends.set(plan.stage.index, end);
    return end;
  });
  return (await Promise.all(results)).flatMap((end) => (end === 'done' || end === 'held back' ? [] : [end]));
}

type StageEnd = 'done' | 'held back' | TargetFailure;

async function executeAfter(plan: StagePlan, before: readonly StageEnd[], options: ExecuteOptions): Promise<StageEnd> {
  if (before.every((end) => end === 'done')) return (await executeStage(plan, options)) ?? 'done';
  holdBack(plan, options);
  return 'held back';
}

const targetOf = ({ targets }: ExecuteOptions, plan: StagePlan): Target => targets.get(plan.target) as Target;

/** Before a stage is replayed, what its readers have copied from it so far is what it holds now. */
async function noteManifests(stages: readonly StagePlan[], options: ExecuteOptions): Promise<void> {
  await Promise.all(
    stages.map(async (plan) => {
      for (const operation of plan.operations) {
        if (operation.kind === 'copy-stage') await manifestOf(contextFor(plan, options), operation.layer);
      }
    }),
  );
}

const contextFor = (plan: StagePlan, options: ExecuteOptions): OperationContext => ({
  ...options,
  target: targetOf(options, plan),
  signal: isLanding(plan, options) ? new AbortController().signal : options.signal,
});

/** Files on their way to a container of the service: it gets all of them, or none. */
const isLanding = ({ final }: StagePlan, { builder }: ExecuteOptions): boolean => final && builder !== undefined;

async function executeStage(plan: StagePlan, options: ExecuteOptions): Promise<TargetFailure | undefined> {
  const context = contextFor(plan, options);
  const { target } = context;
  const carryOut = <Result>(work: () => Promise<Result>): Promise<Result> =>
    isLanding(plan, options) && options.unbroken ? options.unbroken.during(work) : work();
  let left = plan.operations;
  let full = target.progress.dirty?.full ?? false;
  try {
    if (plan.final) await makeReady(target, options);
    else if (target === options.builder || plan.operations.some(({ kind }) => kind === 'run')) await target.begin();
    // a stage that only copies from others is as it was, until something else comes of them
    let isChanged = plan.cause.kind !== 'stage' || target.progress.dirty !== undefined;
    options.signal.throwIfAborted();
    await options.phases.during('copy', () => expectSources(plan.operations, options.stageTarget));
    for (const operation of plan.operations) {
      context.signal.throwIfAborted();
      const isFresh = operation.kind === 'copy-stage' && !isChanged;
      target.isHalfway = plan.final;
      const work = () => carryOut(() => execute(context, isFresh ? { ...operation, full: false } : operation, options));
      if (operation.kind !== 'run') isChanged = (await options.phases.during('copy', work)) || isChanged;
      else if (isChanged || readsStage(operation.step)) isChanged = await options.phases.during('run', work);
      left = left.slice(1);
      full = true;
    }
    target.isHalfway = false;
    const restart = isChanged ? plan.restart : undefined;
    // a command takes time, and may have ended the main process; files do neither
    const isOld = plan.operations.some(({ kind }) => kind === 'run');
    if (plan.final) await options.phases.during('restart', () => restartIfAsked({ restart, isOld }, context, options));
    else if (target !== options.builder) target.settle();
    target.progress.finish();
    return undefined;
  } catch (error) {
    if (left.length === 0) target.progress.oweRestart(plan.restart, plan.stage.steps.length);
    else {
      const next = Math.min(...left.map(({ step }) => step.index));
      target.progress.stopAt({ from: error instanceof ColdCache ? error.from : next, full, restart: plan.restart });
    }
    return { target, error };
  }
}

/**
 * A paused container takes no command, and a restart would end the pause that somebody wanted. One that the engine starts
 * again and again is stopped: it takes its files as any other that has ended, and is started with them.
 */
export async function makeReady(target: Target, { onTouch }: Pick<ExecuteOptions, 'onTouch'>): Promise<void> {
  const info = await target.info();
  if (info.paused) throw pausedError(info.name);
  await onTouch?.();
  if (info.restarting) await stopContainer(target, info);
}

const readsStage = ({ mounts }: RunStep): boolean => mounts.some(({ from }) => from.kind === 'stage');

/** A stage that was not reached keeps what it had to do. */
function holdBack(plan: StagePlan, options: ExecuteOptions): void {
  const { progress } = targetOf(options, plan);
  progress.stopAt({ from: plan.from.index, full: progress.dirty?.full ?? false, restart: plan.restart });
}

/** True where something may be otherwise than before. */
async function execute(context: OperationContext, operation: Operation, { steps }: ExecuteOptions): Promise<boolean> {
  switch (operation.kind) {
    case 'files':
      return runFiles(context, operation);
    case 'unpack':
      await runUnpack(context, operation);
      return true;
    case 'copy-stage':
      return runCopyStage(context, operation);
    case 'run':
      await (steps ?? new RunningSteps()).during(context.target.stage.index, operation.step, () =>
        runStep(context, operation.step),
      );
      return true;
  }
}

/**
 * The main process restarts once, last; one that has failed, with its container or in it, is started whatever the plan says.
 * One that has ended as it should has done what it is for.
 */
export async function restartIfAsked(
  { restart: step, isOld }: { readonly restart: Step | undefined; readonly isOld: boolean },
  context: OperationContext,
  options: ExecuteOptions,
): Promise<void> {
  const { target } = context;
  const wanted = options.restart && options.restartBy.kind !== 'none' && step !== undefined;
  const info = await (isOld ? target.refresh() : target.info());
  if (isDone(info) && target.supervisor.exit === undefined && !options.restartsDone) return;
  const hasEnded = target.supervisor.exit !== undefined || !info.running;
  if (!wanted && !hasEnded) return;
  options.signal.throwIfAborted();
  if (!hasEnded) await letSaveFollow(target, options);
  await restart(
    { ...context, restartBy: options.restartBy, inTurn: options.inTurn, forget: options.forget },
    target,
    info,
  );
  target.pace.restarted(performance.now());
}

/** In a series of saves the restart is left to the push of the next one, which takes over. */
async function letSaveFollow({ pace }: Target, { calm, signal }: ExecuteOptions): Promise<void> {
  const pause = pace.pause(performance.now());
  if (pause === 0) return;
  await setTimeout(pause, undefined, { signal });
  await calm?.();
  signal.throwIfAborted();
}
