import { type Duplex, PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameDemuxer, type OutputName } from './demux-frames.js';
import type { HandleContainer, HandleExec } from './docker-handle.js';
import type { ExecOptions, ExecProcess } from './engine.js';

/** Makes errors of the exec's own. */
export interface ExecErrors {
  /** The engine could not start the program and said why. */
  readonly notStarted: (words: string) => Promise<Error>;
  /** Whatever a request threw. */
  readonly request: (thrown: unknown) => Error;
}

const longestPause = 200;

/** Starts a process in a container. Throws what the requests throw. */
export async function startExec(
  host: Pick<HandleContainer, 'exec'>,
  options: ExecOptions,
  errors: ExecErrors,
): Promise<ExecProcess> {
  const exec = await host.exec({
    Cmd: [...options.argv],
    User: options.user,
    WorkingDir: options.workdir,
    Privileged: options.privileged === true,
    Env: options.env && [...options.env],
    AttachStdin: options.stdin === true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const refused = new AbortController();
  try {
    const how = { hijack: true, Detach: false, Tty: false, abortSignal: refused.signal };
    return new ExecClient({ exec, connection: await exec.start(how), errors });
  } catch (thrown) {
    // older handles (Dockerode 3) leave the connection open
    refused.abort();
    throw thrown;
  }
}

interface ExecParts {
  readonly exec: HandleExec;
  readonly connection: Duplex;
  readonly errors: ExecErrors;
}

class ExecClient implements ExecProcess {
  readonly stdin: Duplex;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly exit: Promise<number>;
  readonly #exec: HandleExec;
  readonly #connection: Duplex;
  readonly #abort = new AbortController();

  constructor({ exec, connection, errors }: ExecParts) {
    this.#exec = exec;
    this.#connection = connection;
    this.stdin = connection;
    // A process that ended does not read its input: the write's own callback tells, an event without a listener would be fatal.
    connection.on('error', () => {});
    const { signal } = this.#abort;
    const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(dropped())));
    this.exit = Promise.race([this.#follow(errors), aborted]);
    this.exit.catch(() => {});
  }

  destroy(): void {
    this.#abort.abort();
    this.#connection.destroy();
    // a channel of an ssh connection is closed only when it has been read to its end
    this.#connection.resume();
    this.stdout.destroy();
    this.stderr.destroy();
  }

  async #follow(errors: ExecErrors): Promise<number> {
    const outputs = [this.stdout, this.stderr];
    const read = Promise.allSettled(outputs.map((output) => finished(output, { writable: false })));
    try {
      // Whatever happened, the outputs end: their readers then ask for the exit code, which tells.
      const refusal = await this.#pump().finally(() => outputs.map((output) => output.end()));
      await read;
      if (refusal !== undefined) throw await errors.notStarted(refusal);
      return await this.#exitCode();
    } catch (thrown) {
      throw this.#abort.signal.aborted ? dropped() : errors.request(thrown);
    }
  }

  /** Passes the output on. When the program could not be started, all there is is the engine's word on it, which is given back. */
  async #pump(): Promise<string | undefined> {
    const demuxer = new FrameDemuxer();
    let first = true;
    for await (const chunk of this.#connection) {
      for (const { stream, data } of demuxer.push(chunk)) {
        if (first && stream === 'stdout' && data.subarray(-2).toString() === '\r\n' && (await this.#neverStarted())) {
          return data.toString('utf8').trim();
        }
        first = false;
        await this.#write(stream, data);
      }
    }
    return undefined;
  }

  /** Waits while the reader is behind; what nobody wants to read any more is dropped. */
  async #write(stream: OutputName, data: Buffer): Promise<void> {
    const output = this[stream];
    if (output.destroyed || output.write(data)) return;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        output.off('drain', goOn).off('close', goOn);
        resolve();
      };
      output.on('drain', goOn).on('close', goOn);
    });
  }

  async #neverStarted(): Promise<boolean> {
    const { Pid, Running, ExitCode } = await this.#exec.inspect();
    return Pid === 0 && !Running && ExitCode !== null && ExitCode > 125;
  }

  /** The outputs may end a moment before the engine notes the exit code, or long before (a process can close them), and it cannot be waited for. */
  async #exitCode(): Promise<number> {
    const { signal } = this.#abort;
    for (let pause = 2; ; pause = Math.min(pause * 2, longestPause)) {
      // never aborted: the ssh connection of a request that is given up while it is made would stay open
      const { ExitCode } = await this.#exec.inspect();
      if (ExitCode !== null) return ExitCode;
      await sleep(pause, undefined, { signal });
    }
  }
}

const dropped = (): Error =>
  Object.assign(new Error('The connection to the process was dropped.'), { name: 'AbortError' });
