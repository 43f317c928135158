import type { Writable } from 'node:stream';
import { followDockerCli } from './plugin-socket.js';

/** Why a command is to stop; the reason of its abort signal. */
export class Interruption extends Error {
  override readonly name = 'AbortError';
}

/** From where a command can be told to stop. */
export interface InterruptSources {
  /** The process: emits signals. */
  readonly signals: NodeJS.EventEmitter;
  /** Once its reader is gone, there is nobody to work for. */
  readonly stdout: Writable;
  /** By which the Docker CLI stops us, when it started us. */
  readonly pluginSocket: string | undefined;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  /** Ends the process without any cleaning up. */
  readonly endNow: () => void;
}

const signalNames = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// npm and other wrappers send on the SIGINT that the terminal has sent to us already: one key press, two signals.
const sameKeyPressMs = 150;

/** Runs a command with an abort signal: the first signal of the process aborts it, a second one ends the process. */
export async function interruptible<T>(
  sources: InterruptSources,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (why: string): void => controller.abort(new Interruption(why)); // the first reason stays
  let firstSignalAt: number | undefined;
  const onSignal = (name: string): void => {
    if (firstSignalAt !== undefined && sources.clock() - firstSignalAt >= sameKeyPressMs) sources.endNow();
    firstSignalAt ??= sources.clock();
    stop(`interrupted by ${name}`);
  };
  // Not counted as a signal: a Ctrl-C in a terminal reaches both us and the Docker CLI, which may then close the socket.
  const onDockerEnd = (): void => stop('the Docker CLI was stopped');
  const onOutputGone = (): void => stop('the reader of the output is gone');

  for (const name of signalNames) sources.signals.on(name, onSignal);
  sources.stdout.on('error', onOutputGone);
  const ended = new AbortController();
  if (sources.pluginSocket) {
    followDockerCli({ address: sources.pluginSocket, onEnd: onDockerEnd, signal: ended.signal });
  }
  try {
    return await run(controller.signal);
  } finally {
    ended.abort();
    for (const name of signalNames) sources.signals.off(name, onSignal);
    sources.stdout.off('error', onOutputGone);
  }
}
