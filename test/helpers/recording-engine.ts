import { posix } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import type {
  Container,
  ContainerEvent,
  ContainerInfo,
  ContainerSummary,
  CreateOptions,
  Engine,
  EngineFacts,
  EventRequest,
  ExecOptions,
  ExecProcess,
  ImageInfo,
  LayerChange,
  PathStat,
  Volume,
} from '../../src/docker/engine.js';
import { packEntries, readTar, type TarEntry } from '../../src/docker/tar.js';
import { LivepushError } from '../../src/errors.js';

/** What stands at an absolute path of a container. */
export type FakeFile =
  | { readonly kind: 'file'; readonly content: string; readonly mode?: number }
  | { readonly kind: 'directory'; readonly mode?: number }
  | { readonly kind: 'link'; readonly target: string };

/** A process of the script: reads `stdin`, writes to the outputs (which are ended for it) and gives the exit code. */
export type FakeProcess = (
  options: ExecOptions,
  streams: { readonly stdin: PassThrough; readonly stdout: PassThrough; readonly stderr: PassThrough },
  container: string,
) => number | Promise<number>;

/** What the fake engine is to answer. */
export interface EngineScript {
  readonly containers?: readonly ContainerSummary[];
  readonly images?: Readonly<Record<string, Partial<ImageInfo>>>;
  /** Overrides of what `inspect` answers, for all containers. */
  readonly info?: Partial<ContainerInfo>;
  /** Files of every container at the start, by absolute path; parents need not be named. */
  readonly files?: Readonly<Record<string, FakeFile>>;
  /** Ends at once with 0 when left out. */
  readonly exec?: FakeProcess;
  /** Called with each line before it is carried out: throw here to make a call fail. */
  readonly before?: (call: string) => void | Promise<void>;
}

/** An engine in memory. `calls` has one line per call: container, method, arguments. */
export class RecordingEngine implements Engine {
  readonly host = 'localhost';
  readonly proxies = {};
  readonly calls: string[] = [];
  readonly #script: EngineScript;
  readonly #containers = new Map<string, FakeContainer>();

  constructor(script: EngineScript = {}) {
    this.#script = script;
  }

  async facts(): Promise<EngineFacts> {
    await this.#record('facts');
    return { platform: 'linux/amd64', builder: undefined };
  }

  async id(): Promise<string> {
    await this.#record('id');
    return 'recording';
  }

  ping(): Promise<void> {
    return this.#record('ping');
  }

  async listContainers(labels: readonly string[]): Promise<ContainerSummary[]> {
    await this.#record(`list ${labels.join(' ')}`);
    const has = (summary: ContainerSummary, label: string): boolean => {
      const [name = '', value] = label.split('=');
      return value === undefined ? name in summary.labels : summary.labels[name] === value;
    };
    return (this.#script.containers ?? []).filter((summary) => labels.every((label) => has(summary, label)));
  }

  container(id: string): FakeContainer {
    const known =
      this.#containers.get(id) ?? new FakeContainer(id, this.#script, (call) => this.#record(`${id} ${call}`));
    this.#containers.set(id, known);
    return known;
  }

  async events(_request: EventRequest): Promise<AsyncIterable<ContainerEvent>> {
    await this.#record('events');
    return Readable.from([]);
  }

  async createContainer({ name, image, entrypoint, command }: CreateOptions): Promise<string> {
    await this.#record(`create ${name ?? '-'} ${image} ${[...entrypoint, ...command].join(' ')}`);
    return name ?? `created-${this.calls.length}`;
  }

  async inspectImage(ref: string): Promise<ImageInfo | undefined> {
    await this.#record(`inspect image ${ref}`);
    const image = this.#script.images?.[ref];
    const runs = { layers: [], entrypoint: [], command: [], stopSignal: '' };
    return image && { id: ref, env: [], workdir: '', user: '', shell: [], onBuild: [], labels: {}, ...runs, ...image };
  }

  async listImages(labels: readonly string[]): Promise<string[]> {
    await this.#record(`list images ${labels.join(' ')}`);
    return Object.keys(this.#script.images ?? {});
  }

  removeImage(ref: string): Promise<void> {
    return this.#record(`remove image ${ref}`);
  }

  /** What is there by now. */
  readonly volumes = new Map<string, Volume>();
  readonly #creations = new Set<(name: string) => void>();

  async createVolume(volume: Volume): Promise<void> {
    await this.#record(`create volume ${volume.name}`);
    this.volumes.set(volume.name, volume);
    for (const tell of this.#creations) tell(volume.name);
  }

  async listVolumes(label: string): Promise<Volume[]> {
    await this.#record(`list volumes ${label}`);
    const [name = '', value] = label.split('=');
    return [...this.volumes.values()].filter(({ labels }) => labels[name] === value);
  }

  async removeVolume(name: string): Promise<void> {
    await this.#record(`remove volume ${name}`);
    this.volumes.delete(name);
  }

  async createdVolumes(signal: AbortSignal): Promise<AsyncIterable<string>> {
    await this.#record('created volumes');
    const names = new PassThrough({ objectMode: true });
    const tell = (name: string): void => void names.write(name);
    this.#creations.add(tell);
    const end = (): void => {
      this.#creations.delete(tell);
      names.end();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
    return names;
  }

  close(): void {
    this.calls.push('close');
  }

  async #record(call: string): Promise<void> {
    this.calls.push(call);
    await this.#script.before?.(call);
  }
}

/** A container of `RecordingEngine`; `files` can be looked at and changed. */
export class FakeContainer implements Container {
  readonly id: string;
  readonly files: Map<string, FakeFile>;
  readonly #script: EngineScript;
  readonly #record: (call: string) => Promise<void>;

  constructor(id: string, script: EngineScript, record: (call: string) => Promise<void>) {
    this.id = id;
    this.files = new Map(Object.entries(script.files ?? {}));
    this.#script = script;
    this.#record = record;
  }

  async inspect(): Promise<ContainerInfo> {
    await this.#record('inspect');
    const state = {
      running: true,
      restarting: false,
      isRestarted: false,
      paused: false,
      exitCode: 0,
      startedAt: '2024-01-01T00:00:00Z',
      finishedAt: undefined,
    };
    const config = {
      image: 'image',
      imageId: 'image',
      env: [],
      user: '',
      workdir: '',
      entrypoint: [],
      published: [],
      tty: false,
      stopSignal: 'SIGTERM',
      stopTimeout: undefined,
    };
    return { id: this.id, name: this.id, ...state, ...config, readOnlyRoot: false, mounts: [], ...this.#script.info };
  }

  async stat(path: string): Promise<PathStat | undefined> {
    await this.#record(`stat ${path}`);
    const file = this.files.get(path) ?? (this.#isParent(path) ? { kind: 'directory' as const } : undefined);
    if (file?.kind === 'link') {
      const linkTarget = posix.resolve(posix.dirname(path), file.target);
      return { kind: 'link', mode: 0o777, mtime: '', size: file.target.length, linkTarget };
    }
    const size = file?.kind === 'file' ? Buffer.byteLength(file.content) : 4096;
    return file && { kind: file.kind, mode: modeOf(file), mtime: '', size, linkTarget: '' };
  }

  async putArchive(path: string, tar: Readable): Promise<void> {
    const members: string[] = [];
    const files: [string, FakeFile][] = [];
    await readTar(tar, async (header, body) => {
      const content = (await buffer(body)).toString('utf8');
      const { kind, mode, uid, gid, linkTarget: target } = header;
      members.push(`${kind} ${header.path} ${mode.toString(8)} ${uid}:${gid}`);
      files.push([posix.join(path, header.path), fakeOf(kind, { content, mode, target })]);
    });
    await this.#record(`put ${path}: ${members.join(', ')}`);
    for (const [name, file] of files) this.files.set(name, file);
  }

  async getArchive(path: string): Promise<Readable | undefined> {
    await this.#record(`get ${path}`);
    const below = [...this.files].filter(([name]) => name === path || name.startsWith(`${path}/`));
    return below.length === 0 ? undefined : packEntries(below.map(([name, file]) => entryOf(path, name, file)));
  }

  async export(): Promise<Readable> {
    await this.#record('export');
    return packEntries([...this.files].map(([name, file]) => entryOf('/', name, file)));
  }

  async changes(): Promise<LayerChange[]> {
    await this.#record('changes');
    return [];
  }

  async exec(options: ExecOptions): Promise<ExecProcess> {
    await this.#record(`exec ${options.argv.join(' ')}`);
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const { stdout, stderr } = streams;
    const read = Promise.all([finished(stdout, { writable: false }), finished(stderr, { writable: false })]);
    const process = Promise.resolve(this.#script.exec?.(options, streams, this.id) ?? 0);
    const ended = process.finally(() => {
      stdout.end();
      stderr.end();
    });
    const exit = ended.then(async (code) => {
      await read;
      return code;
    });
    exit.catch(() => {});
    const destroy = (): void => {
      for (const stream of Object.values(streams)) stream.destroy();
    };
    return { ...streams, exit, destroy };
  }

  start(): Promise<void> {
    return this.#record('start');
  }

  kill(signal: string): Promise<void> {
    return this.#record(`kill ${signal}`);
  }

  restart(): Promise<void> {
    return this.#record('restart');
  }

  stop(): Promise<void> {
    return this.#record('stop');
  }

  waitExit(): Promise<void> {
    return this.#record('wait');
  }

  remove(): Promise<void> {
    return this.#record('remove');
  }

  followLogs(): Promise<void> {
    return this.#record('logs');
  }

  #isParent(path: string): boolean {
    return path === '/' || [...this.files.keys()].some((name) => name.startsWith(`${path}/`));
  }
}

const modeOf = (file: Exclude<FakeFile, { kind: 'link' }>): number =>
  file.mode ?? (file.kind === 'directory' ? 0o755 : 0o644);

function fakeOf(kind: string, { content, mode, target }: { content: string; mode: number; target: string }): FakeFile {
  switch (kind) {
    case 'file':
      return { kind, content, mode };
    case 'directory':
      return { kind, mode };
    case 'link':
      return { kind, target };
    default:
      throw new LivepushError('internal', `The fake container takes no ${kind}.`);
  }
}

function entryOf(root: string, name: string, file: FakeFile): TarEntry {
  const base = { path: posix.join(posix.basename(root), posix.relative(root, name)), uid: 0, gid: 0 };
  switch (file.kind) {
    case 'file':
      return { ...base, kind: 'file', mode: modeOf(file), content: Buffer.from(file.content) };
    case 'directory':
      return { ...base, kind: 'directory', mode: modeOf(file) };
    case 'link':
      return { ...base, kind: 'link', mode: 0o777, target: file.target };
  }
}
