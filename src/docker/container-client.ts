import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { LivepushError } from '../errors.js';
import { describeContainer } from './container-info.js';
import type { HandleContainer } from './docker-handle.js';
import type {
  Container,
  ContainerInfo,
  ExecOptions,
  ExecProcess,
  LayerChange,
  LogOptions,
  PathStat,
} from './engine.js';
import { engineWords, statusOf, stuckError, toEngineError } from './engine-error.js';
import { startExec } from './exec-client.js';
import { readLogLines, sinceAfter } from './log-lines.js';
import { decodePathStat } from './path-stat.js';
import { uploadArchive } from './put-archive.js';

/** An answer whose body is read as a stream, or thrown away. */
export interface StreamedAnswer extends Readable {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface LogRequest {
  /** As the engine takes it. */
  readonly since: string | undefined;
  readonly abortSignal: AbortSignal;
}

/** A handle's container, with streams for what is not read whole. */
export interface RawContainer extends HandleContainer {
  readonly id: string;
  infoArchive(options: { readonly path: string }): Promise<StreamedAnswer>;
  getArchive(options: { readonly path: string }): Promise<StreamedAnswer>;
  export(): Promise<StreamedAnswer>;
  /** Answers at once, the body ends when the container is not running. */
  wait(): Promise<StreamedAnswer>;
  /** Both outputs, followed. */
  logs(options: LogRequest): Promise<Readable>;
}

/** By the engine's numbers. */
const KINDS: readonly LayerChange['kind'][] = ['changed', 'added', 'removed'];

const nothingThere = /could not find the file|not a directory|no such file/i;

/** A container of a real engine. */
export class ContainerClient implements Container {
  readonly id: string;
  readonly #raw: RawContainer;
  readonly #address: string;

  constructor(raw: RawContainer, address: string) {
    this.id = raw.id;
    this.#raw = raw;
    this.#address = address;
  }

  async inspect(): Promise<ContainerInfo> {
    return describeContainer(await this.#try(() => this.#raw.inspect()));
  }

  async stat(path: string): Promise<PathStat | undefined> {
    try {
      const answer = await this.#raw.infoArchive({ path });
      // The connection is free for the next request when the answer has ended.
      await finished(answer.resume());
      return statIn(answer);
    } catch {
      // An answer to HEAD has no words: GET tells a path that is not there from a container that is gone.
      const archive = await this.#openArchive(path);
      archive?.destroy();
      return archive && statIn(archive);
    }
  }

  async putArchive(path: string, tar: Readable, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    const explain = (thrown: unknown): Error => this.#error(thrown);
    const stuck = (): Error => stuckError(shortId(this.id), 'takes no more of the files that are sent to it');
    await uploadArchive(this.#raw, { path, tar, explain, stuck, signal });
  }

  async getArchive(path: string): Promise<Readable | undefined> {
    return this.#openArchive(path);
  }

  async export(): Promise<Readable> {
    return this.#try(() => this.#raw.export());
  }

  async changes(): Promise<LayerChange[]> {
    const found = await this.#try(() => this.#raw.changes());
    return (found ?? []).map(({ Path, Kind }) => ({ path: Path, kind: KINDS[Kind] ?? 'changed' }));
  }

  async exec(options: ExecOptions): Promise<ExecProcess> {
    const request = (thrown: unknown): LivepushError => this.#error(thrown);
    const notStarted = (words: string): Promise<LivepushError> => this.#notStarted(options.argv, words);
    return this.#try(() => startExec(this.#raw, options, { request, notStarted }));
  }

  async start(): Promise<void> {
    await this.#try(() => this.#raw.start(), [304]);
  }

  async kill(signal: string): Promise<void> {
    await this.#try(() => this.#raw.kill({ signal }), [409]);
  }

  async stop(): Promise<void> {
    await this.#try(() => this.#raw.stop(), [304]);
  }

  async restart(): Promise<void> {
    const { stopTimeout, running } = await this.inspect();
    if (stopTimeout !== 0 || !running) {
      await this.#try(() => this.#raw.restart());
      return;
    }
    // With no time to stop, the engine starts the new process before it noticed the end of the old one, and takes it for dead later.
    await this.kill('SIGKILL');
    await this.waitExit();
    await this.start();
  }

  async waitExit(): Promise<void> {
    await this.#try(async () => {
      const answer = await this.#raw.wait();
      await finished(answer.resume());
    });
  }

  async remove(): Promise<void> {
    await this.#try(() => this.#raw.remove({ force: true, v: true }), [404, 409]);
  }

  async followLogs({ since, signal, onLine }: LogOptions): Promise<void> {
    try {
      const { tty } = await this.inspect();
      if (signal.aborted) return;
      const after = since === undefined ? undefined : sinceAfter(since);
      const source = await this.#raw.logs({ since: after, abortSignal: signal });
      await readLogLines(source, { tty, onLine });
    } catch (thrown) {
      if (!signal.aborted) throw this.#error(thrown);
    }
  }

  async #openArchive(path: string): Promise<StreamedAnswer | undefined> {
    try {
      return await this.#raw.getArchive({ path });
    } catch (thrown) {
      if (statusOf(thrown) !== undefined && nothingThere.test(engineWords(thrown))) return undefined;
      throw this.#error(thrown);
    }
  }

  async #notStarted([program = '']: readonly string[], words: string): Promise<LivepushError> {
    const container = shortId(this.id);
    if (!(await this.inspect()).running) {
      return new LivepushError('container-lost', `Container ${container} stopped before "${program}" could run.`);
    }
    const reason = words.replace(/^OCI runtime exec failed: (exec failed: )?/, '').replace(/: unknown$/, '');
    const message = `Container ${container} cannot run "${program}": ${reason.replace(startProcess, '')}.`;
    return new LivepushError('container-refused', message);
  }

  /** Runs a request; an answer with one of the `expected` statuses is no error. */
  async #try<Result>(request: () => Promise<Result>): Promise<Result>;
  async #try(request: () => Promise<unknown>, expected: readonly number[]): Promise<unknown>;
  async #try(request: () => Promise<unknown>, expected: readonly number[] = []): Promise<unknown> {
    try {
      return await request();
    } catch (thrown) {
      const status = statusOf(thrown);
      if (status !== undefined && expected.includes(status)) return undefined;
      throw this.#error(thrown);
    }
  }

  #error(thrown: unknown): LivepushError {
    return toEngineError(thrown, { address: this.#address, container: shortId(this.id) });
  }
}

function statIn({ headers }: StreamedAnswer): PathStat {
  const header = headers['x-docker-container-path-stat'];
  const stat = typeof header === 'string' ? decodePathStat(header) : undefined;
  if (stat === undefined)
    throw new LivepushError('engine-error', 'The Docker engine gave a file without its description.');
  return stat;
}

// As the docker CLI shows ids; a name stays as it is.
const shortId = (id: string): string => (/^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id);

const startProcess = /^unable to start container process: /;
