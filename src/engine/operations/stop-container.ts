import { setTimeout as delay } from 'node:timers/promises';
import type { Container, ContainerInfo } from '../../docker/engine.js';
import { signalNumber } from '../../docker/signal-number.js';
import type { Target } from '../target.js';
import { graceOf } from './grace.js';

/** Milliseconds after which most processes that take a signal have ended. */
const QUICK = 20;

/** Milliseconds after which a process that took a signal should be at work on it. */
const REACTION = 100;

/** Seconds after its start in which a process may not be ready for a signal. */
const YOUNG = 5;

/**
 * Stops a container with its own signal and grace period, without waiting for a process that will not end: the kernel
 * drops a signal for process 1 that it neither catches nor waits for. Some runtimes (Node) catch the signal only to put
 * the default back, which is nothing for process 1. Asked only where the process has not ended at once: it takes longer.
 * A container that the engine starts again and again stays stopped.
 */
export async function stopContainer(target: Target, info: ContainerInfo): Promise<void> {
  const container = await target.container();
  const signal = info.stopSignal || 'SIGTERM';
  const exited = container.waitExit();
  exited.catch(() => {});
  const ends = await stopBySignal(target, { container, info, signal, exited });
  target.closeSessions();
  if (!ends) {
    await container.kill('SIGKILL');
    await exited;
  }
  // it may have ended by itself just before the signal, with the engine about to start it again
  while (info.isRestarted && (await target.refresh()).restarting) await container.stop();
}

interface Stopping {
  readonly container: Container;
  readonly info: ContainerInfo;
  readonly signal: string;
  readonly exited: Promise<void>;
}

/** True when the process has ended within its grace period; false as soon as it is clear that it will not. */
async function stopBySignal(target: Target, { container, info, signal, exited }: Stopping): Promise<boolean> {
  const grace = graceOf(info);
  if (grace <= 0) return false;
  const isAtWork = () => Promise.race([exited.then(() => true), takes(target, signal)]);
  await container.kill(signal);
  if (await settles(exited, Math.min(QUICK, grace))) return true;
  if (!(await isAtWork())) return false;
  if (await settles(exited, Math.min(REACTION - QUICK, grace))) return true;
  if (!(await isAtWork())) return false;
  // while it started, a runtime may have swallowed the signal before the program was there to take it
  if (await isYoung(target)) await container.kill(signal);
  return settles(exited, Math.max(0, grace - REACTION));
}

async function settles(exited: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const done = await Promise.race([exited.then(() => true), late]);
  timer.abort();
  return done;
}

/** The engine's clock may be another one than this machine's: the container's kernel is asked. */
async function isYoung(target: Target): Promise<boolean> {
  const age = await target.shell.age().catch(() => undefined);
  return age !== undefined && age >= 0 && age < YOUNG;
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
