import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Runs `start` and gives, besides its result, the child process that it spawned synchronously: a library that keeps its
 * child to itself can be cancelled and fed this way. Node tells of each new process on this channel.
 */
export function catchChild<Result>(start: () => Result): { child: ChildProcess | undefined; result: Result } {
  let child: ChildProcess | undefined;
  const listen = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('process' in message)) return;
    if (message.process instanceof ChildProcess) child ??= message.process;
  };
  subscribe('child_process', listen);
  try {
    const result = start();
    return { child, result };
  } finally {
    unsubscribe('child_process', listen);
  }
}

/**
 * Sends SIGINT when the signal fires, and SIGKILL to a process that has not ended `patience` milliseconds later. Call the
 * result once it ended.
 */
export function interruptOnAbort(child: ChildProcess, signal: AbortSignal, patience = 10_000): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill('SIGINT');
    timer = setTimeout(() => child.kill('SIGKILL'), patience);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal.removeEventListener('abort', interrupt);
    clearTimeout(timer);
  };
}

/** The exit code (null after a signal) as soon as the process ended and its output is read; never for one that did not start. */
export function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.pid !== undefined) child.once('close', (code) => resolve(code));
  });
}
