import { diagnose } from './diagnose.js';
import { type ExecuteOptions, executePlan, restartIfAsked, type TargetFailure } from './execute-plan.js';
import { isAbort } from './is-abort.js';
import { landChanges } from './land-changes.js';
import type { Planned } from './planner.js';
import type { PushContext } from './push-context.js';

function optionsFor(context: PushContext): ExecuteOptions {
  const { targets, restartBy = { kind: 'container' } } = context;
  const { builder } = targets;
  const all = new Map([...targets.all, ...(builder ? [[builder.target.name, builder.target] as const] : [])]);
  const stageTarget = (stage: number) => targets.stage(stage);
  const known = { targets: all, stageTarget, stages: targets.stages };
  return { ...context, ...known, restartBy, builder: builder?.target, ledger: builder?.ledger };
}

/** First all steps; only when the last has succeeded, what they changed lands. Gives the failures. */
export async function carryOutPlanned({ stages, landings }: Planned, context: PushContext): Promise<TargetFailure[]> {
  const { builder } = context.targets;
  const options = optionsFor(context);
  const failures = await executePlan(stages, options);
  if (failures.length > 0 || landings.length === 0 || !builder) return failures;
  try {
    const built = stages.find(({ target }) => target === builder.target.name);
    return await landChanges(builder, { landings, built }, options);
  } catch (error) {
    return [{ target: builder.target, error }];
  }
}

/**
 * Restarts what a push before has brought its files to and then left to this one, which has failed: a process does not go
 * on with files that are newer than itself. What fails here is told, and stays owed.
 */
export async function restartOwed(context: PushContext): Promise<void> {
  const { targets, phases, signal } = context;
  const options = optionsFor(context);
  const owing = targets.replicas.map((id) => targets.get(id)).filter(({ owesOnlyRestart }) => owesOnlyRestart);
  const restarts = owing.map(async (target) => {
    const restart = target.progress.dirty?.restart;
    try {
      await phases.during('restart', () => restartIfAsked({ restart, isOld: true }, { ...options, target }, options));
      target.progress.restarted();
    } catch (error) {
      if (!(signal.aborted && isAbort(error))) diagnose(error, context);
    }
  });
  await Promise.all(restarts);
}
