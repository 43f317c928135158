import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import { LivepushError } from '../errors.js';
import type { HostAddress } from './parse-host.js';

type SshTarget = Extract<HostAddress, { kind: 'ssh' }>;

interface SshAgentOptions {
  readonly target: SshTarget;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The arguments of the ssh client that the docker CLI uses as well: the other machine's docker passes its engine's socket on. */
export function sshArguments({ host, user, port, socketPath }: SshTarget): string[] {
  const login = user === undefined ? [] : ['-l', user];
  const onPort = port === undefined ? [] : ['-p', String(port)];
  const at = socketPath === undefined ? [] : ['--host', `unix://${socketPath}`];
  return [...login, ...onPort, '-o', 'ConnectTimeout=30', '-T', '--', host, 'docker', ...at, 'system', 'dial-stdio'];
}

/** Connects through the user's ssh client, so that its keys, agent and configuration count; connections are used again. */
export class SshAgent extends Agent {
  readonly #options: SshAgentOptions;

  constructor(options: SshAgentOptions) {
    super({ keepAlive: true });
    this.#options = options;
  }

  override createConnection(): Duplex {
    const { target, env } = this.#options;
    return new SshConnection(spawn('ssh', sshArguments(target), { env, stdio: 'pipe' }), target.address);
  }
}

/** Standard input and output of an ssh client as one stream, with the methods of a socket that node's HTTP client calls. */
class SshConnection extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = '';

  constructor(child: ChildProcessWithoutNullStreams, address: string) {
    super({ allowHalfOpen: true });
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-2000);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stdin.on('error', () => {});
    child.on('error', (cause) => this.destroy(cause));
    child.on('close', (code) => {
      if (code === 0 || this.destroyed) this.push(null);
      else this.destroy(this.#failure(address));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A client that gave up cannot be written to; its end tells why.
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    this.#child.kill();
    done(error);
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  #failure(address: string): LivepushError {
    return new LivepushError(
      'engine-unreachable',
      `ssh cannot reach the engine at ${address}: ${this.#stderr.trim()}`,
      {
        hint: 'Check that `ssh` gets there without a password, and that docker is installed there.',
      },
    );
  }
}
