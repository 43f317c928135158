import { setTimeout as delay } from 'node:timers/promises';
import type { Container, ContainerInfo } from '../../docker/engine.js';
import type { EventSink } from '../../events.js';
import type { Target } from '../target.js';

const SIGNALS: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, USR1: 10, USR2: 12, TERM: 15, WINCH: 28 };

/** Number of a signal that is written as `SIGTERM`, `TERM` or `15`. */
export const signalNumber = (name: string): number =>
  SIGNALS[name.toUpperCase().replace(/^SIG/, '')] ?? (Number(name) || 15);

/** Seconds that an engine gives a process to end, when the container says nothing else. */
const GRACE = 10;
/** Milliseconds after which a process that took a signal should be at work on it. */
const REACTION = 100;

/** Milliseconds after its start in which a process may not be ready for a signal. */
const YOUNG = 5000;

export interface RestartContext {
  readonly service: string;
  readonly push: number;
  readonly sink: EventSink;
}

/** Restarts the main process of a container by restarting the container; one that is not running is started. */
export async function restart({ service, push, sink }: RestartContext, target: Target): Promise<void> {
  const container = await target.container();
  sink({ type: 'containerRestartStart', service, push, containerId: container.id });
  const info = await target.refresh();
  if (info.running) await stop(target, container, info);
  await container.start();
  sink({ type: 'containerRestart', service, push, containerId: container.id, method: 'container' });
}

/**
 * Stops a container with its own signal and grace period, without waiting for a process that will not end: the kernel
 * drops a signal for process 1 that it neither catches nor waits for. Some runtimes (Node) catch the signal only to put
 * the default back, which is nothing for process 1: that shows a moment later.
 */
async function stop(target: Target, container: Container, info: ContainerInfo): Promise<void> {
  const { stopTimeout, startedAt } = info;
  const signal = info.stopSignal || 'SIGTERM';
  const exited = container.waitExit();
  exited.catch(() => {});
  const grace = (stopTimeout ?? GRACE) * 1000;
  if (grace > 0 && (await takes(target, signal))) {
    await container.kill(signal);
    if (await settles(exited, Math.min(REACTION, grace))) return target.shell.close();
    const atWork = await Promise.race([exited.then(() => true), takes(target, signal)]);
    // while it started, a runtime may have swallowed the signal before the program was there to take it
    if (atWork && Date.now() - Date.parse(startedAt) < YOUNG) await container.kill(signal);
    if (grace > REACTION && atWork && (await settles(exited, grace - REACTION))) return target.shell.close();
  }
  target.shell.close();
  await container.kill('SIGKILL');
  await exited;
}

async function settles(exited: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const done = await Promise.race([exited.then(() => true), late]);
  timer.abort();
  return done;
}

/** True when process 1 catches a signal or waits for it, or when that cannot be told. */
async function takes(target: Target, signal: string): Promise<boolean> {
  try {
    return ((await target.shell.handledSignals()) & (1n << BigInt(signalNumber(signal) - 1))) !== 0n;
  } catch {
    return true;
  }
}
