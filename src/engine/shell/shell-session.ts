import type { Container, ExecProcess } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { encodeRequest, shellScript } from './shell-script.js';

/** A request that waits for its answer. */
interface Waiter {
  readonly resolve: (line: string) => void;
  readonly reject: (error: unknown) => void;
}

const LINE_FEED = 10;

/** One run of the script: a line for each request, until the process ends. */
export class ShellSession {
  readonly #process: ExecProcess;
  /** What came of the answer so far. */
  #pieces: Buffer[] = [];
  #waiter: Waiter | undefined;
  #over: { readonly error: unknown } | undefined;

  constructor(process: ExecProcess) {
    this.#process = process;
    process.stderr.resume();
    process.stdin.on('error', () => {});
    process.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
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
  ask(op: string, args: readonly (string | Buffer)[]): Promise<string> {
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

  /** An answer is a line. Nothing but a line feed ends it: names may hold what else is taken for one. */
  #read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#waiter?.resolve(Buffer.concat([...this.#pieces, chunk.subarray(start, end)]).toString('utf8'));
      this.#pieces = [];
      start = end + 1;
    }
    if (start < chunk.length) this.#pieces.push(chunk.subarray(start));
  }

  #end(error: unknown): void {
    this.#over ??= { error };
    this.#waiter?.reject(error);
  }
}

/** What is run for a session. */
export interface ShellProgram {
  readonly script: string;
  /** With all rights that root has: to mount, in a container of ours. */
  readonly privileged: boolean;
}

/** Small commands in a container of somebody else's. */
export const plainShell: ShellProgram = { script: shellScript(), privileged: false };

/** Starts the script as root. Throws `container-lost` where the container is gone or does not run. */
export async function openShellSession(
  container: Container,
  { script, privileged }: ShellProgram = plainShell,
): Promise<ShellSession> {
  return new ShellSession(
    await container.exec({ argv: ['/bin/sh', '-c', script], user: '0', stdin: true, privileged }),
  );
}

const ended = (code: number): LivepushError =>
  code === 126 || code === 127
    ? new LivepushError('container-refused', 'The container has no shell (/bin/sh), which removing files needs.')
    : new LivepushError('container-lost', `The helper shell in the container ended (code ${code}).`);
