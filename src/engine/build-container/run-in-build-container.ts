import type { ExecProcess } from '../../docker/engine.js';
import type { RunStep } from '../../dockerfile/model.js';
import { type Filler, fillerOf } from '../../plan/cache-fillers.js';
import { type OperationContext, report } from '../operations/context.js';
import { forward, type Say } from '../operations/forward-output.js';
import type { StepEnd } from '../operations/step-end.js';
import { stepEnvironment } from '../operations/step-environment.js';
import { HeldOutput } from './held-output.js';
import type { StepExec } from './step-ahead.js';
import { type MountedStep, withStepMounts } from './step-mounts.js';

/** How programs say that no room is left, which they do in the language of the image's environment: mostly this one. */
const NO_SPACE = /no space left on device/i;

/**
 * Runs a step in a build container. With the signal all its processes end; with the step all that it left behind. A failure
 * on a cache that a build would have filled by then is an excuse, and its output is not told. What a step has filled a disk
 * with is not kept: the build container is spoilt.
 */
export async function runInBuildContainer(context: OperationContext, step: RunStep): Promise<StepEnd> {
  const { stages = [], target } = context;
  let excuse: Filler | undefined;
  const code = await withStepMounts(context, step, async (mounted) => {
    const filler = mounted.isCold ? fillerOf(stages, target.stage, step) : undefined;
    let isFull = false;
    const say: Say = (stream, data) => {
      isFull ||= NO_SPACE.test(data);
      return data
        ? report(context, { type: 'commandOutput', containerId: mounted.containerId, stream, data })
        : undefined;
    };
    const output = new HeldOutput(say, { holds: filler !== undefined });
    const ended = await execute(context, step, { ...mounted, say: output.say });
    if (ended !== 0 && output.isHeld) excuse = filler;
    else await output.release();
    if (ended !== 0 && isFull) target.spoil();
    return ended;
  });
  return { code, excuse };
}

interface Execution extends MountedStep {
  readonly say: Say;
}

async function execute(context: OperationContext, step: RunStep, { environment, say }: Execution): Promise<number> {
  const { stepSignal: signal, target } = context;
  signal.throwIfAborted();
  const [container, info] = [await target.container(), await target.info()];
  const how = {
    argv: step.argv,
    user: step.state.user || '0',
    workdir: step.state.workdir,
    env: stepEnvironment({ ...step.state, env: { ...step.state.env, ...environment } }, info.env),
  };
  const process = (await startedAhead(context, how)) ?? (await container.exec(how));
  const encoding = context.outputEncoding ?? 'utf8';
  const told = Promise.all([
    forward({ stream: process.stdout, encoding }, (text) => say('stdout', text)),
    forward({ stream: process.stderr, encoding }, (text) => say('stderr', text)),
  ]);
  const end = () => void target.build.endAll().catch(() => process.destroy());
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await process.exit;
  } finally {
    signal.removeEventListener('abort', end);
    await told;
    await target.build.endAll().catch((error: unknown) => {
      target.spoil();
      throw error;
    });
    if (!signal.aborted && canStartAhead(step)) target.build.ahead.expect(how);
  }
}

/** Where nobody knows whether the step has begun, it must not begin later: the build container is spoilt. */
async function startedAhead({ target, stepSignal }: OperationContext, how: StepExec): Promise<ExecProcess | undefined> {
  const process = await target.build.ahead.go(how).catch((error: unknown) => {
    target.spoil();
    throw error;
  });
  if (!process) stepSignal.throwIfAborted();
  return process;
}

/** True for a step in shell form, with no secret, and no mount: a program could be none for the shell that waits. */
const canStartAhead = ({ argv, state, mounts }: RunStep): boolean =>
  mounts.length === 0 && argv[0] === state.shell[0] && /^\/[^=]*$/.test(argv[0] ?? '');
