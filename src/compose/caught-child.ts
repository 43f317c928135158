import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { killAll, type ProcessRow, treeOf } from './process-tree.js';

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

/** Milliseconds that an interrupted command has to end by itself. */
const PATIENCE = 800;

/** What kills the children that run, for the end of this process. */
const running = new Set<() => void>();

const endAll = (): void => {
  for (const kill of running) kill();
};

/**
 * Binds a child to this process and to a signal. Sends SIGINT when the signal fires; kills it and all that it has started
 * when they have not ended `patience` milliseconds later, and when this process ends. `docker compose` runs its plugin in a
 * process group of its own, which nobody else would end. Call the result once it ended.
 */
export function bindChild(child: ChildProcess, signal: AbortSignal, patience = PATIENCE): () => void {
  const { pid } = child;
  let known: readonly ProcessRow[] = [];
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const roots = pid === undefined ? [] : [pid, ...known.map((row) => row.pid)];
    known = [...known, ...roots.flatMap((root) => treeOf(root))];
  };
  const kill = (): void => {
    look();
    killAll(known);
  };
  const interrupt = (): void => {
    // what is left behind when its parent ends has another parent then
    look();
    child.kill('SIGINT');
    timer = setTimeout(() => {
      kill();
      // a process that nobody knows of may hold the other ends
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, patience);
  };
  if (running.size === 0) process.on('exit', endAll);
  running.add(kill);
  signal.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal.removeEventListener('abort', interrupt);
    clearTimeout(timer);
    running.delete(kill);
    if (running.size === 0) process.off('exit', endAll);
    // after the end of the child its number may be another one's
    killAll(known);
  };
}

/** The exit code (null after a signal) as soon as the process ended and its output is read; never for one that did not start. */
export function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.pid !== undefined) child.once('close', (code) => resolve(code));
  });
}
