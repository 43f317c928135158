import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ComposeCli, UpRequest } from '../../src/compose/compose-requests.js';
import type {
  ContainerEvent,
  ContainerSummary,
  CreateOptions,
  EventRequest,
  ImageInfo,
} from '../../src/docker/engine.js';
import { engineUntil } from '../../src/docker/until-aborted.js';
import { LivepushError } from '../../src/errors.js';
import type { LivepushEvent } from '../../src/events.js';
import { ProjectSession } from '../../src/session/project-session.js';
import { Waits } from '../../src/session/waits.js';
import { RecordingEngine } from './recording-engine.js';

/** What becomes of one call: it fails, it never answers, or its container is gone. */
export type Fault = 'fails' | 'hangs' | 'vanishes';

const PROJECT = 'shop';

/** A compose project on the disk with an engine and a compose command in memory, one call of which goes wrong. */
export class FailingWorld {
  readonly #base = realpathSync(mkdtempSync(join(tmpdir(), 'livepush-world-')));
  readonly folder = join(this.#base, 'project');
  readonly #tmpdir = join(this.#base, 'tmp');
  readonly #notes = join(this.#base, 'notes');
  readonly abort = new AbortController();
  readonly events: LivepushEvent[] = [];
  /** Calls of the engine and the command so far, the one that goes wrong among them. */
  readonly calls: string[] = [];
  #at: number;
  readonly #fault: Fault;
  readonly #containers = new Map<string, ContainerSummary>();
  readonly #images: Record<string, Partial<ImageInfo>> = { 'base:1': { id: 'sha256:base' } };
  /** Of each image, the file that it was built with. */
  readonly #built = new Map<string, string>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  readonly engine: WorldEngine;
  /** Called when a build has read the files, and before it ends. */
  onRead: () => void = () => {};
  #count = 0;
  #isRemoved = false;
  #wake: () => void = () => {};

  /** @param at number of the call that goes wrong, from 1; 0 for none */
  constructor(at: number, fault: Fault) {
    this.#at = at;
    this.#fault = fault;
    for (const folder of [this.folder, this.#tmpdir, this.#notes]) mkdirSync(folder);
    this.write('Dockerfile', 'FROM base:1\nCOPY src/ /app/\nCMD ["app"]\n');
    this.write('compose.yaml', 'services: {web: {build: .}}\n');
    this.write('src/file', 'first');
    this.engine = new WorldEngine(this.#containers, this.#images, this.#listeners, (call) => this.#call(call));
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  open(): Promise<ProjectSession> {
    const { signal } = this.abort;
    const options = { services: [], live: [], build: true, buildCache: false, restart: true, logs: false };
    const cli = this.#cli();
    const run = {
      ...{
        options: { ...options, keep: false, dryRun: false, debounceMs: 1 },
        env: {},
        tmpdir: this.#tmpdir,
        homedir: this.#tmpdir,
      },
      ...{ signal, waits: new Waits() },
      ...{ cli, engine: engineUntil(this.engine, signal), undo: { cli, engine: this.engine } },
      sink: (event: LivepushEvent) => {
        this.events.push(event);
        this.#wake();
        return undefined;
      },
    };
    return ProjectSession.open(run, { folder: this.#notes, command: 'up' });
  }

  /** No call goes wrong from now on. */
  mend(): void {
    this.#at = 0;
  }

  /** One more container, as `docker compose up --scale` makes it. */
  async scale(): Promise<void> {
    this.#create('web', this.#containers.size + 1);
  }

  /** What the service's containers hold. */
  get held(): (string | undefined)[] {
    return this.#own.map(({ id }) => {
      const file = this.engine.container(id).files.get('/app/file');
      return file?.kind === 'file' ? file.content : undefined;
    });
  }

  /** Resolves when something was told that fits, now or later; rejects when the world is removed. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#isRemoved) throw new Error('The world is gone.');
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, 20);
      });
      await Promise.race([late, new Promise<void>((resolve) => (this.#wake = resolve))]);
    }
  }

  /** What a session has left: helper containers, locks, temporary files. That a landing was broken off stays noted. */
  get leftovers(): string[] {
    const helpers = [...this.#containers.values()].filter(({ labels }) => 'docker-livepush' in labels);
    const notes = readdirSync(this.#notes).filter((name) => !name.endsWith('.landing'));
    return [...helpers.map(({ id }) => id), ...readdirSync(this.#tmpdir), ...notes, ...this.engine.volumes.keys()];
  }

  remove(): void {
    this.#isRemoved = true;
    rmSync(this.#base, { recursive: true, force: true });
  }

  get #own(): ContainerSummary[] {
    return [...this.#containers.values()].filter(({ labels }) => labels['com.docker.compose.service'] === 'web');
  }

  /** Every call comes by here. */
  async #call(call: string): Promise<void> {
    this.calls.push(call);
    const [id = ''] = call.split(' ');
    if (this.calls.length === this.#at) await this.#goWrong(call);
    if (this.abort.signal.aborted && call.startsWith('compose') && !call.includes('stop'))
      throw this.abort.signal.reason;
    if (/^c\d+ /.test(call) && !this.#containers.has(id) && !call.endsWith(' remove')) throw lost(id);
    if (call.endsWith(' remove')) this.#destroy(id);
  }

  /** A command is ended by the signal, and an upload by its own patience, as those of a real engine are. */
  async #hang(call: string): Promise<void> {
    const { signal } = this.abort;
    if (call.includes(' put ')) throw new LivepushError('container-stuck', 'It takes no more of the files.');
    await new Promise<void>((_, reject) => {
      if (call.startsWith('compose')) signal.addEventListener('abort', () => reject(signal.reason));
    });
  }

  async #goWrong(call: string): Promise<void> {
    const [id = ''] = call.split(' ');
    if (this.#fault === 'hangs') await this.#hang(call);
    if (this.#fault === 'fails') throw injected();
    if (!this.#containers.has(id)) throw injected();
    this.#destroy(id);
    throw lost(id);
  }

  #destroy(id: string): void {
    const gone = this.#containers.get(id);
    this.#containers.delete(id);
    if (gone) this.#tell('destroy', gone);
  }

  #create(service: string, number: number): void {
    const id = `c${++this.#count}`;
    const image = `${PROJECT}-${service}`;
    const labels = {
      'com.docker.compose.project': PROJECT,
      'com.docker.compose.service': service,
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.container-number': `${number}`,
    };
    const created = { id, name: id, labels, state: 'running', imageId: this.#images[image]?.id ?? '' };
    this.#containers.set(id, created);
    const content = this.#built.get(image) ?? '';
    this.engine.container(id).files.set('/app/file', { kind: 'file', content });
    this.#tell('start', created);
  }

  #tell(action: string, { id, labels }: ContainerSummary): void {
    for (const listener of this.#listeners) listener({ action, containerId: id, labels });
  }

  #cli(): ComposeCli {
    const build = { context: this.folder, dockerfile: 'Dockerfile' };
    const config = JSON.stringify({ name: PROJECT, services: { web: { build } } });
    return {
      options: { cwd: this.folder, files: [], profiles: [], envFiles: [], dockerGlobalArgs: [], env: {} },
      files: async () => [join(this.folder, 'compose.yaml')],
      interpolate: async (texts) => [...texts],
      canRead: async () => true,
      version: async () => {
        await this.#call('compose version');
        return '2.26.1';
      },
      config: async () => {
        await this.#call('compose config');
        return config;
      },
      build: async ({ services = [] }) => {
        await this.#call(`compose build ${services.join(' ')}`);
        for (const service of services) this.#images[`${PROJECT}-${service}`] = { id: `sha256:${++this.#count}` };
        this.#built.set(`${PROJECT}-web`, readFileSync(join(this.folder, 'src/file'), 'utf8'));
        this.onRead();
      },
      up: (request) => this.#up(request),
      stop: () => this.#call('compose stop'),
      down: () => this.#call('compose down'),
      ps: async () => [],
    };
  }

  async #up({ services = [], forceRecreate = false, scale }: UpRequest): Promise<void> {
    await this.#call(`compose up ${services.join(' ')}`);
    const wanted = scale?.get('web') ?? Math.max(1, forceRecreate ? 1 : this.#own.length);
    if (forceRecreate) for (const { id } of this.#own) this.#destroy(id);
    for (let number = this.#own.length + 1; number <= wanted; number++) this.#create('web', number);
  }
}

/** The start of a session, as `up` makes it. */
export async function start(session: ProjectSession): Promise<void> {
  await session.watch();
  await session.build();
  await session.up();
  await session.attach();
  await session.follow();
}

const injected = (): LivepushError => new LivepushError('engine-error', 'This call was to go wrong.');
const lost = (id: string): LivepushError => new LivepushError('container-lost', `Container ${id} is gone.`);

/** The engine of a world: its containers come and go. */
class WorldEngine extends RecordingEngine {
  readonly #containers: Map<string, ContainerSummary>;
  readonly #listeners: Set<(event: ContainerEvent) => void>;
  readonly #before: (call: string) => Promise<void>;
  #helpers = 0;

  constructor(
    containers: Map<string, ContainerSummary>,
    images: Record<string, Partial<ImageInfo>>,
    listeners: Set<(event: ContainerEvent) => void>,
    before: (call: string) => Promise<void>,
  ) {
    super({ images, before });
    this.#containers = containers;
    this.#listeners = listeners;
    this.#before = before;
  }

  override async listContainers(labels: readonly string[]): Promise<ContainerSummary[]> {
    await this.#before(`list ${labels.join(' ')}`);
    return [...this.#containers.values()].filter((summary) =>
      labels.every((label) => {
        const [name = '', value] = label.split('=');
        return value === undefined ? name in summary.labels : summary.labels[name] === value;
      }),
    );
  }

  override async createContainer({ image, labels }: CreateOptions): Promise<string> {
    await this.#before(`create ${image}`);
    const id = `c${100 + ++this.#helpers}`;
    this.#containers.set(id, { id, name: id, labels, state: 'created', imageId: image });
    return id;
  }

  override async listImages(): Promise<string[]> {
    await this.#before('list images');
    return [];
  }

  override async events({ signal }: EventRequest): Promise<AsyncIterable<ContainerEvent>> {
    await this.#before('events');
    return follow(this.#listeners, signal);
  }
}

async function* follow(listeners: Set<(event: ContainerEvent) => void>, signal: AbortSignal) {
  const waiting: ContainerEvent[] = [];
  let wake: () => void = () => {};
  const listener = (event: ContainerEvent): void => {
    waiting.push(event);
    wake();
  };
  const end = (): void => wake();
  listeners.add(listener);
  signal.addEventListener('abort', end);
  try {
    while (!signal.aborted) {
      for (const event of waiting.splice(0)) yield event;
      if (!signal.aborted && waiting.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    listeners.delete(listener);
    signal.removeEventListener('abort', end);
  }
}
