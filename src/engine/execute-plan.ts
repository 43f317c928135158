import type { RestartSetting } from '../compose/restart-setting.js';
import type { EventSink } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Operation, StagePlan } from '../plan/plan.js';
import type { LowerLayers } from './lower-layers.js';
import type { OperationContext } from './operations/context.js';
import { runCopyStage } from './operations/copy-stage.js';
import { runFiles } from './operations/files.js';
import { restart } from './operations/restart.js';
import { runStep } from './operations/run.js';
import { manifestOf } from './operations/stage-copy.js';
import { runUnpack } from './operations/unpack.js';
import type { PhaseClock } from './phase-clock.js';
import type { Target } from './target.js';

export interface ExecuteOptions {
  readonly service: string;
  readonly push: number;
  readonly contextRoot: string;
  readonly tree: ContextTree;
  readonly secret: OperationContext['secret'];
  readonly targets: ReadonlyMap<string, Target>;
  readonly stageTarget: (stage: number) => Target;
  readonly lower: LowerLayers;
  readonly restart: boolean;
  readonly restartBy: RestartSetting;
  readonly phases: PhaseClock;
  readonly outputEncoding?: OperationContext['outputEncoding'];
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** Trouble in one container; the others went on. */
export interface TargetFailure {
  readonly target: Target;
  readonly error: unknown;
}

/**
 * Carries a plan out: earlier stages one after the other, then all replicas at once. Each container keeps its own
 * progress, so that what was not done is done by the next push. Gives the failures; a later stage does not run on top of
 * one that failed.
 */
export async function executePlan(stages: readonly StagePlan[], options: ExecuteOptions): Promise<TargetFailure[]> {
  await options.phases.during('copy', () => noteManifests(stages, options));
  for (const plan of stages.filter(({ final }) => !final)) {
    const failure = await executeStage(plan, options);
    if (!failure) continue;
    for (const later of stages.slice(stages.indexOf(plan) + 1)) holdBack(later, options);
    return [failure];
  }
  const results = await Promise.all(stages.filter(({ final }) => final).map((plan) => executeStage(plan, options)));
  return results.flatMap((failure) => (failure ? [failure] : []));
}

const targetOf = ({ targets }: ExecuteOptions, plan: StagePlan): Target => targets.get(plan.target) as Target;

/** Before a stage is replayed, what its readers have copied from it so far is what it holds now. */
async function noteManifests(stages: readonly StagePlan[], options: ExecuteOptions): Promise<void> {
  for (const plan of stages) {
    for (const operation of plan.operations) {
      if (operation.kind !== 'copy-stage') continue;
      await manifestOf(contextFor(plan, options), operation.layer);
    }
  }
}

const contextFor = (plan: StagePlan, options: ExecuteOptions): OperationContext => ({
  ...options,
  target: targetOf(options, plan),
});

async function executeStage(plan: StagePlan, options: ExecuteOptions): Promise<TargetFailure | undefined> {
  const context = contextFor(plan, options);
  const { target } = context;
  let left = plan.operations;
  let full = target.progress.dirty?.full ?? false;
  try {
    for (const operation of plan.operations) {
      options.signal.throwIfAborted();
      await options.phases.during(operation.kind === 'run' ? 'run' : 'copy', () => execute(context, operation));
      left = left.slice(1);
      full = true;
    }
    await options.phases.during('restart', () => restartIfAsked(plan, context, options));
    target.progress.finish();
    return undefined;
  } catch (error) {
    const from = left.length > 0 ? Math.min(...left.map(({ step }) => step.index)) : plan.from.index;
    target.progress.stopAt({ from, full, restart: plan.restart });
    return { target, error };
  }
}

/** A stage that was not reached keeps what it had to do. */
function holdBack(plan: StagePlan, options: ExecuteOptions): void {
  const { progress } = targetOf(options, plan);
  progress.stopAt({ from: plan.from.index, full: progress.dirty?.full ?? false, restart: plan.restart });
}

async function execute(context: OperationContext, operation: Operation): Promise<void> {
  switch (operation.kind) {
    case 'files':
      return runFiles(context, operation);
    case 'unpack':
      return runUnpack(context, operation);
    case 'copy-stage':
      return runCopyStage(context, operation);
    case 'run':
      await startForCommand(context.target);
      return runStep(context, operation.step);
  }
}

/** A command needs a running container; files go into a stopped one as well, and come first. */
async function startForCommand(target: Target): Promise<void> {
  if (!target.final || (await target.info()).running) return;
  await (await target.container()).start();
  await target.refresh();
}

/** The main process restarts once, last; one that has ended, with its container or in it, is started whatever the plan says. */
async function restartIfAsked(plan: StagePlan, context: OperationContext, options: ExecuteOptions): Promise<void> {
  if (!plan.final) return;
  options.signal.throwIfAborted();
  const { target } = context;
  const wanted = options.restart && options.restartBy.kind !== 'none' && plan.restart !== undefined;
  const ended = async () => target.supervisor.exit !== undefined || !(await target.refresh()).running;
  if (wanted || (await ended())) await restart({ ...context, restartBy: options.restartBy }, target);
}
