import { setTimeout as delay } from 'node:timers/promises';
import type { Container, ContainerInfo } from '../../docker/engine.js';
import { signalNumber } from '../../docker/signal-number.js';
import type { Target } from '../target.js';
import { graceOf } from './grace.js';
import { type HookContext, runHooks } from './run-hooks.js';

/** Milliseconds after which a process that took a signal should be at work on it. */
const REACTION = 100;

/** Milliseconds after its start in which a process may not be ready for a signal. */
const YOUNG = 5000;

/**
 * Restarts the main process of a container by restarting the container, with what its service wants done before and after;
 * one that is not running is started.
 */
export async function restartContainer(target: Target, info: ContainerInfo, context: HookContext): Promise<void> {
  const container = await target.container();
  if (info.running) {
    await runHooks(context, 'preStop', container);
    await stop(target, container, info);
  }
  await container.start();
  await runHooks(context, 'postStart', container);
}

/**
 * Stops a container with its own signal and grace period, without waiting for a process that will not end: the kernel
 * drops a signal for process 1 that it neither catches nor waits for. Some runtimes (Node) catch the signal only to put
 * the default back, which is nothing for process 1: that shows a moment later.
 */
async function stop(target: Target, container: Container, info: ContainerInfo): Promise<void> {
  const { startedAt } = info;
  const signal = info.stopSignal || 'SIGTERM';
  const exited = container.waitExit();
  exited.catch(() => {});
  const grace = graceOf(info);
  if (grace > 0 && (await takes(target, signal))) {
    await container.kill(signal);
    if (await settles(exited, Math.min(REACTION, grace))) return target.closeSessions();
    const atWork = await Promise.race([exited.then(() => true), takes(target, signal)]);
    // while it started, a runtime may have swallowed the signal before the program was there to take it
    if (atWork && Date.now() - Date.parse(startedAt) < YOUNG) await container.kill(signal);
    if (grace > REACTION && atWork && (await settles(exited, grace - REACTION))) return target.closeSessions();
  }
  target.closeSessions();
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
    const bit = 1n << BigInt((signalNumber(signal) ?? 15) - 1);
    return ((await target.shell.handledSignals()) & bit) !== 0n;
  } catch {
    return true;
  }
}
