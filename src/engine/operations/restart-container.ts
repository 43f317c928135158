import type { ContainerInfo } from '../../docker/engine.js';
import type { Target } from '../target.js';
import { type HookContext, runHooks } from './run-hooks.js';
import { stopContainer } from './stop-container.js';

/**
 * Restarts the main process of a container by restarting the container, with what its service wants done before and after;
 * one that is not running is started.
 */
export async function restartContainer(target: Target, info: ContainerInfo, context: HookContext): Promise<void> {
  const container = await target.container();
  if (info.running) await runHooks(context, 'preStop', container);
  if (info.running || info.restarting) await stopContainer(target, info);
  await container.start();
  await runHooks(context, 'postStart', container);
}
