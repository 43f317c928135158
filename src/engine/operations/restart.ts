import type { RestartSetting } from '../../compose/restart-setting.js';
import type { ContainerInfo } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import type { LivepushEvent, RestartMethod } from '../../events.js';
import { isSupervised } from '../supervisor/supervised.js';
import type { Target } from '../target.js';
import { forgetPaths } from './forget-paths.js';
import { graceOf } from './grace.js';
import { restartContainer } from './restart-container.js';
import type { HookContext } from './run-hooks.js';

export interface RestartContext extends HookContext {
  readonly push: number;
  /** How the main process of a running container is restarted; `none` counts only while it runs. */
  readonly restartBy: RestartSetting;
  /** Restarts a container when no other one is being restarted that has to be up for that. At once when left out. */
  readonly inTurn?: ((restart: () => Promise<void>) => Promise<void>) | undefined;
  /** What goes before it; see `forgetPaths`. */
  readonly forget?: readonly string[] | undefined;
}

/**
 * Restarts the main process of a container, as is set and as the container can; one that is not running is started, and so
 * is a process that has ended in its container.
 *
 * @param info how the container was seen a moment ago
 */
export async function restart(context: RestartContext, target: Target, info: ContainerInfo): Promise<void> {
  const { service, push, sink, forget = [] } = context;
  const { id: containerId } = await target.container();
  void sink({ type: 'containerRestartStart', service, push, containerId });
  await forgetPaths(target, info, forget);
  const method = await restartRunning(context, target, info);
  void sink({ type: 'containerRestart', service, push, containerId, method });
  if (method === 'container') target.listen();
}

async function restartRunning(context: RestartContext, target: Target, info: ContainerInfo): Promise<RestartMethod> {
  const { restartBy } = context;
  // a signal to a container that has stopped meanwhile is no error, and nothing would start it again
  if (restartBy.kind === 'signal' && target.supervisor.exit === undefined && (await target.refresh()).running) {
    await (await target.container()).kill(restartBy.signal);
    return 'signal';
  }
  const canRestart = info.running && isSupervised(info.entrypoint);
  if (restartBy.kind !== 'container' && canRestart) {
    if (await restartProcess(target, info)) return 'process';
    if (target.supervisor.tellAbsence()) void context.sink(unsupervised(context.service, info));
  }
  const byContainer = () => restartContainer(target, info, context);
  await (context.inTurn?.(byContainer) ?? byContainer());
  return 'container';
}

const unsupervised = (service: string, { name }: ContainerInfo): LivepushEvent => ({
  type: 'diagnostic',
  severity: 'note',
  code: 'restart-by-container',
  service,
  message: `The shell in container ${name} cannot restart its main process alone.`,
  hint: 'The whole container is restarted instead.',
});

/** False where the container has no supervisor at work, or has stopped meanwhile. */
async function restartProcess(target: Target, info: ContainerInfo): Promise<boolean> {
  try {
    return await target.supervisor.restart(graceOf(info));
  } catch (error) {
    if (error instanceof LivepushError && ['container-lost', 'container-refused'].includes(error.code)) return false;
    throw error;
  }
}
