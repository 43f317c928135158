import { LivepushError, messageOf } from '../errors.js';
import type { PushOutcome } from '../events.js';
import type { TreeChange } from '../watch/scan-context.js';
import { carryOutPlanned, restartOwed } from './carry-out.js';
import { diagnose, reportFaults } from './diagnose.js';
import { isAbort } from './is-abort.js';
import { isRefusal, judgeFailures } from './judge-failures.js';
import { isLost } from './look-for-end.js';
import { ColdCache } from './operations/run.js';
import { stopContainer } from './operations/stop-container.js';
import type { Planned } from './planner.js';
import type { PushContext } from './push-context.js';
import type { Target } from './target.js';
import type { Targets } from './targets.js';
import { BUILT_BEFORE, unlessBuilt } from './unless-built.js';

interface Result {
  readonly outcome: PushOutcome;
  /** Why the service has to be built anew. */
  readonly rebuild?: string;
  /** Containers that ended in the middle, and have to be stopped to take the rest. */
  readonly ended?: readonly Target[];
  /** The push goes on from an earlier step than was planned. */
  readonly again?: boolean;
}

const ENDS_AGAIN = 'the container ends before its files have landed';

/**
 * Plans what the containers have not seen, carries it out, and tells of it from start to end. Trouble is told, not thrown.
 * False where nothing was to be done or told: mounts show already what was edited.
 */
export async function runPush(changes: readonly TreeChange[], context: PushContext): Promise<boolean> {
  const { service, push, sink, phases } = context;
  const started = performance.now();
  // once in a push: what it finds to be stale on the way is no reason to begin with another state
  const choose = async () => {
    await context.targets.chooseState();
    return context.planner.plan();
  };
  const first = await attempt(() => phases.during('plan', choose));
  if ('result' in first && context.targets.builder && isShown(first.result)) return false;
  const after = (there: boolean) => changes.filter((c) => (c.after !== undefined) === there).map(({ path }) => path);
  void sink({ type: 'livepushStart', service, push, changed: after(true), deleted: after(false) });
  const { outcome, rebuild } = await planAndCarryOut(first, context);
  if (outcome === 'failed' && rebuild === undefined && !context.dryRun) await afterFailure(context);
  const durationMs = Math.round((performance.now() - started) * 10) / 10;
  const reason = rebuild === undefined ? {} : { rebuild };
  void sink({ type: 'livepushEnd', service, push, outcome, durationMs, ...reason, phases: phases.read() });
  if (rebuild !== undefined) context.onRebuild(rebuild);
  return true;
}

/** What a failure leaves to be done: it takes no room, and the services are as they were. */
async function afterFailure(context: PushContext): Promise<void> {
  try {
    await context.targets.dropSpoilt();
    await restartOwed(context);
  } catch (error) {
    diagnose(error, context);
  }
}

const isShown = ({ plan, stages, landings }: Planned): boolean =>
  plan.kind === 'nothing' && plan.underMounts === true && stages.length + landings.length === 0;

type Attempt<Value> = { readonly result: Value } | { readonly thrown: unknown };

async function attempt<Value>(work: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { result: await work() };
  } catch (thrown) {
    return { thrown };
  }
}

async function planAndCarryOut(first: Attempt<Planned>, context: PushContext): Promise<Result> {
  const { service, push, phases, planner } = context;
  let remade = 0;
  let made: Attempt<Planned> | undefined = first;
  for (;;) {
    try {
      if (made && 'thrown' in made) throw made.thrown;
      const planned: Planned = made?.result ?? (await phases.during('plan', () => planner.plan()));
      made = undefined;
      context.onPlan(planned.plan, push);
      const result = await carryOut(planned, context);
      for (const target of result.ended ?? []) await phases.during('restart', () => holdStill(target));
      if (result.ended || result.again) continue;
      return result.outcome === 'cancelled' ? cancelled(context) : result;
    } catch (error) {
      made = undefined;
      if (context.signal.aborted && isAbort(error)) return cancelled(context);
      // somebody has removed a build container, or the engine has ended it: another one begins from the image
      const isGone = isLost(error) && (await context.targets.remakeLost().catch(() => 0)) > 0;
      if (isGone && ++remade < MOST_REMADE) continue;
      if (isRefusal(error))
        return context.dryRun ? { outcome: 'nothing' } : { outcome: 'failed', rebuild: messageOf(error) };
      diagnose(isGone ? lostAgain(service, error) : error, context);
      return { outcome: 'failed' };
    }
  }
}

function cancelled({ sink, service, push }: PushContext): Result {
  void sink({ type: 'cancel', service, push });
  return { outcome: 'cancelled' };
}

/** Tries of one push with build containers that go away. */
const MOST_REMADE = 2;

const lostHelper = (service: string, cause: unknown): LivepushError =>
  new LivepushError('container-lost', `The build container of ${service} went away.`, { cause });

const lostAgain = (service: string, cause: unknown): LivepushError =>
  new LivepushError('container-lost', `The build container of ${service} went away while its steps ran, twice.`, {
    hint: 'Somebody removed it, or the engine ended it for want of memory. The containers are as they were; the next save tries again.',
    cause,
  });

async function carryOut(planned: Planned, context: PushContext): Promise<Result> {
  const { plan, stages, landings } = planned;
  switch (plan.kind) {
    case 'nothing':
      return stages.length + landings.length > 0 ? replayUnlessBuilt(planned, context) : { outcome: 'nothing' };
    case 'rebuild':
      return context.dryRun ? { outcome: 'nothing' } : { outcome: 'nothing', rebuild: plan.reason };
    case 'fault':
      reportFaults(plan.diagnostics, context);
      return { outcome: 'failed' };
    case 'replay':
      return replayUnlessBuilt(planned, context);
  }
}

async function replayUnlessBuilt(planned: Planned, context: PushContext): Promise<Result> {
  if (context.dryRun || !hasRun(planned)) return replay(planned, context);
  const { result, built } = await unlessBuilt(context, (within) => replay(planned, within));
  return built && result.outcome !== 'done' ? { outcome: 'nothing', rebuild: BUILT_BEFORE } : result;
}

const hasRun = ({ stages }: Planned): boolean =>
  stages.some(({ operations }) => operations.some(({ kind }) => kind === 'run'));

async function replay(planned: Planned, context: PushContext): Promise<Result> {
  const { targets, signal } = context;
  if (context.dryRun) {
    for (const target of targets.all.values()) target.progress.finish();
    return { outcome: 'nothing' };
  }
  const awake = await running(planned, targets);
  const failures = await carryOutPlanned(planned, context);
  if (failures.length === 0) return { outcome: 'done' };
  if (signal.aborted) return { outcome: 'cancelled' };
  if (failures.every(({ error }) => error instanceof ColdCache)) return { outcome: 'failed', again: true };
  const goneHelper = failures.find(({ target, error }) => !target.final && isLost(error));
  if (goneHelper) throw goneHelper.error;
  // what was on its way from one into the service's containers, or is looked up in it, comes from another one
  const mayComeOfOne = planned.landings.length > 0 || failures.some(({ error }) => isLost(error));
  if (mayComeOfOne && (await targets.hasLostBuildContainer())) throw lostHelper(context.service, failures[0]?.error);
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
async function running({ stages, landings }: Planned, targets: Targets): Promise<ReadonlySet<Target>> {
  const direct = stages.flatMap(({ final, target }) => (final && targets.all.get(target)) || []);
  const finals = [...direct, ...landings.map(({ target }) => target)];
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
