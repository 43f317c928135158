import type { RestartSetting } from '../compose/restart-setting.js';
import type { EventSink, PushOutcome } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Plan } from '../plan/plan.js';
import type { TreeChange } from '../watch/scan-context.js';
import { diagnose, reportFaults } from './diagnose.js';
import { type ExecuteOptions, executePlan } from './execute-plan.js';
import { judgeFailures } from './judge-failures.js';
import type { LowerLayers } from './lower-layers.js';
import type { PhaseClock } from './phase-clock.js';
import type { Planner } from './planner.js';
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
}

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
    const plan = await phases.during('plan', () => planner.plan());
    context.onPlan(plan, push);
    const result = await carryOut(plan, context);
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

async function replay(plan: Extract<Plan, { kind: 'replay' }>, context: Context): Promise<Result> {
  const { targets, restartBy = { kind: 'container' }, signal } = context;
  if (context.dryRun) {
    for (const target of targets.all.values()) target.progress.finish();
    return { outcome: 'nothing' };
  }
  const stageTarget = (stage: number) => targets.stage(stage);
  const failures = await executePlan(plan.stages, { ...context, restartBy, targets: targets.all, stageTarget });
  if (failures.length === 0) return { outcome: 'done' };
  if (signal.aborted) return { outcome: 'cancelled' };
  const { rebuild, lost, errors, retry } = await judgeFailures(failures);
  for (const name of lost) targets.lose(name);
  for (const error of errors) diagnose(error, context);
  if (retry) context.onRetry();
  return { outcome: 'failed', ...(rebuild !== undefined && { rebuild }) };
}
