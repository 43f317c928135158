import { createInterface } from 'node:readline';
import type { Container, ExecProcess } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { encodeRequest, SHELL_SCRIPT } from './shell-script.js';

/** A request that waits for its answer. */
interface Waiter {
  readonly resolve: (line: string) => void;
  readonly reject: (error: unknown) => void;
}

/** One run of the script: a line for each request, until the process ends. */
export class ShellSession {
  readonly #process: ExecProcess;
  #waiter: Waiter | undefined;
  #over: { readonly error: unknown } | undefined;

  constructor(process: ExecProcess) {
    this.#process = process;
    process.stderr.resume();
    process.stdin.on('error', () => {});
    createInterface({ input: process.stdout }).on('line', (line) => this.#waiter?.resolve(line));
    process.exit.then(
      (code) => this.#end(ended(code)),
      (error: unknown) => this.#end(error),
    );
  }

  /** True when the process has ended, or the session was closed. */
  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** Carries out a request; one at a time. Rejects when the process ends before it has answered. */
  ask(op: string, args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#over.error);
      this.#waiter = { resolve, reject };
      this.#process.stdin.write(encodeRequest(op, args));
    });
  }

  /** Ends the process; a request that waits is rejected. */
  close(): void {
    this.#end(new LivepushError('container-lost', 'The helper shell in the container was closed.'));
    this.#process.stdin.end();
    this.#process.destroy();
  }

  #end(error: unknown): void {
    this.#over ??= { error };
    this.#waiter?.reject(error);
  }
}

/** Starts the script as root. Throws `container-lost` where the container is gone or does not run. */
export async function openShellSession(container: Container): Promise<ShellSession> {
  return new ShellSession(await container.exec({ argv: ['/bin/sh', '-c', SHELL_SCRIPT], user: '0', stdin: true }));
}

const ended = (code: number): LivepushError =>
  code === 126 || code === 127
    ? new LivepushError('container-refused', 'The container has no shell (/bin/sh), which removing files needs.')
    : new LivepushError('container-lost', `The helper shell in the container ended (code ${code}).`);
