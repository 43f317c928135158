import type { EventSink } from '../../events.js';
import type { Target } from '../target.js';

const SIGNALS: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, USR1: 10, USR2: 12, TERM: 15, WINCH: 28 };

/** Number of a signal that is written as `SIGTERM`, `TERM` or `15`. */
export const signalNumber = (name: string): number =>
  SIGNALS[name.toUpperCase().replace(/^SIG/, '')] ?? (Number(name) || 15);

export interface RestartContext {
  readonly service: string;
  readonly push: number;
  readonly sink: EventSink;
}

/** Restarts the main process of a container by restarting the container; one that is not running is started. */
export async function restart({ service, push, sink }: RestartContext, target: Target): Promise<void> {
  const container = await target.container();
  const info = await target.refresh();
  if (!info.running) await container.start();
  else if (await ignoresStopSignal(target, info.stopSignal)) {
    // the kernel drops a signal that process 1 does not catch: to wait out the grace period would be in vain
    target.shell.close();
    await container.kill('SIGKILL');
    await container.waitExit();
    await container.start();
  } else {
    target.shell.close();
    await container.restart();
  }
  sink({ type: 'containerRestart', service, push, containerId: container.id, method: 'container' });
}

async function ignoresStopSignal(target: Target, stopSignal: string): Promise<boolean> {
  try {
    const caught = await target.shell.caughtSignals();
    return (caught & (1n << BigInt(signalNumber(stopSignal || 'TERM') - 1))) === 0n;
  } catch {
    return false;
  }
}
