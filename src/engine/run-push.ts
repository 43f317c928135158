import type { RestartSetting } from '../compose/restart-setting.js';
import type { EventSink, PushOutcome } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Plan } from '../plan/plan.js';
import type { TreeChange } from '../watch/scan-context.js';
import { diagnose, reportFaults } from './diagnose.js';
import { type ExecuteOptions, executePlan } from './execute-plan.js';
import { judgeFailures } from './judge-failures.js';
import { isLost } from './look-for-end.js';
import type { LowerLayers } from './lower-layers.js';
import { stopContainer } from './operations/stop-container.js';
import type { PhaseClock } from './phase-clock.js';
import type { Planner } from './planner.js';
import type { Target } from './target.js';
import type { Targets } from './targets.js';

/** What all pushes of a service are done with. */
export interface PushOptions {
  readonly service: string;
  readonly contextRoot: string;
  readonly tree: ContextTree;
  /** Content of a build secret by its id. */
  readonly secret: (id: string) => Promise<Buffer | undefined>;
  /** False: never restart the main process. */
  readonly restart: boolean;
  /** How; by the container when left out. */
  readonly restartBy?: RestartSetting;
  readonly dryRun: boolean;
  readonly outputEncoding?: ExecuteOptions['outputEncoding'];
  /** A container that ends in the middle of a push takes the rest while it is stopped, and is started; else the push fails. */
  readonly startsEnded?: boolean;
  /** What the service wants done after a start and before a stop of a container. */
  readonly hooks?: ExecuteOptions['hooks'];
  readonly inTurn?: ExecuteOptions['inTurn'];
  readonly sink: EventSink;
  /** Told what a push comes to before it is carried out. */
  readonly onPlan: (plan: Plan, push: number) => void;
  /** Asked when replaying cannot do it. Runs after the push has ended; the engine is closed by then. */
  readonly onRebuild: (reason: string) => void;
  /** Paths that could not be read in the middle of a push: they have to be looked at again. */
  readonly onRetry: () => void;
  readonly calm?: ExecuteOptions['calm'];
}

/** The containers, and what is known of the layers below them. */
interface Grounds {
  readonly targets: Targets;
  readonly lower: LowerLayers;
  readonly planner: Planner;
}

/** What one push is done with; the signal fires when a newer change takes over. */
interface Turn {
  /** Its number, from 1. */
  readonly push: number;
  readonly signal: AbortSignal;
  readonly phases: PhaseClock;
}

interface Result {
  readonly outcome: PushOutcome;
  /** Why the service has to be built anew. */
  readonly rebuild?: string;
  /** Containers that ended in the middle, and have to be stopped to take the rest. */
  readonly ended?: readonly Target[];
}

const ENDS_AGAIN = 'the container ends before its steps have run';

type Context = PushOptions & Grounds & Turn;

/** Plans what the containers have not seen, carries it out, and tells of it from start to end. Trouble is told, not thrown. */
export async function runPush(changes: readonly TreeChange[], context: Context): Promise<void> {
  const { service, push, sink, phases } = context;
  const started = performance.now();
  const after = (there: boolean) => changes.filter((c) => (c.after !== undefined) === there).map(({ path }) => path);
  sink({ type: 'livepushStart', service, push, changed: after(true), deleted: after(false) });
  const { outcome, rebuild } = await planAndCarryOut(context);
  const durationMs = Math.round((performance.now() - started) * 10) / 10;
  const reason = rebuild === undefined ? {} : { rebuild };
  sink({ type: 'livepushEnd', service, push, outcome, durationMs, ...reason, phases: phases.read() });
  if (rebuild !== undefined) context.onRebuild(rebuild);
}

async function planAndCarryOut(context: Context): Promise<Result> {
  const { service, push, sink, phases, planner } = context;
  try {
    let result: Result;
    do {
      const plan = await phases.during('plan', () => planner.plan());
      context.onPlan(plan, push);
      result = await carryOut(plan, context);
      for (const target of result.ended ?? []) await phases.during('restart', () => holdStill(target));
    } while (result.ended);
    if (result.outcome === 'cancelled') sink({ type: 'cancel', service, push });
    return result;
  } catch (error) {
    diagnose(error, context);
    return { outcome: 'failed' };
  }
}

async function carryOut(plan: Plan, context: Context): Promise<Result> {
  switch (plan.kind) {
    case 'nothing':
      return { outcome: 'nothing' };
    case 'rebuild':
      return context.dryRun ? { outcome: 'nothing' } : { outcome: 'nothing', rebuild: plan.reason };
    case 'fault':
      reportFaults(plan.diagnostics, context);
      return { outcome: 'failed' };
    case 'replay':
      return replay(plan, context);
  }
}

type Replay = Extract<Plan, { kind: 'replay' }>;

async function replay(plan: Replay, context: Context): Promise<Result> {
  const { targets, restartBy = { kind: 'container' }, signal } = context;
  if (context.dryRun) {
    for (const target of targets.all.values()) target.progress.finish();
    return { outcome: 'nothing' };
  }
  const awake = await running(plan, targets);
  const stageTarget = (stage: number) => targets.stage(stage);
  const failures = await executePlan(plan.stages, { ...context, restartBy, targets: targets.all, stageTarget });
  if (failures.length === 0) return { outcome: 'done' };
  if (signal.aborted) return { outcome: 'cancelled' };
  const { rebuild, lost, ended, errors, retry } = await judgeFailures(failures);
  for (const name of lost) targets.lose(name);
  if (context.startsEnded && ended.length > 0) {
    const isLastResort = ended.some((target) => !awake.has(target));
    return { outcome: 'failed', ...(isLastResort ? { rebuild: ENDS_AGAIN } : { ended }) };
  }
  for (const error of errors) diagnose(error, context);
  if (retry) context.onRetry();
  return { outcome: 'failed', ...(rebuild !== undefined && { rebuild }) };
}

/** Containers of the service that a plan is for, and that ran when it was made. */
async function running({ stages }: Replay, targets: Targets): Promise<ReadonlySet<Target>> {
  const finals = stages.flatMap(({ final, target }) => (final && targets.all.get(target)) || []);
  const infos = await Promise.all(finals.map(async (target) => ({ target, info: await target.info() })));
  return new Set(infos.filter(({ info }) => info.running).map(({ target }) => target));
}

/** Stops a container that has ended, wherever the engine is with starting it again. */
async function holdStill(target: Target): Promise<void> {
  try {
    const info = await target.refresh();
    if (info.running || info.restarting) await stopContainer(target, info);
  } catch (error) {
    // the next plan lets go of one that is gone
    if (!isLost(error)) throw error;
  }
}
