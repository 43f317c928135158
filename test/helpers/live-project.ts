import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Container, Engine } from '../../src/docker/engine.js';
import { messageOf } from '../../src/errors.js';
import type { LivepushEvent } from '../../src/events.js';
import { type RunOptions, runProject } from '../../src/run-project.js';
import type { SessionControl } from '../../src/session/control.js';
import { docker } from './docker-command.js';
import { EventLog } from './event-log.js';
import { realEngine } from './real-container.js';

type PushEnd = Extract<LivepushEvent, { type: 'livepushEnd' }>;

/** A compose project in a folder of its own, under a name of its own, that `up` keeps live in this process. */
export class LiveProject {
  /** Absolute path of the folder with the compose file. */
  readonly folder: string;
  readonly name: string;
  readonly log = new EventLog();
  readonly engine: Engine = realEngine();
  /** From the moment on when the session is ready. */
  control: SessionControl | undefined;
  readonly #abort = new AbortController();
  #run: Promise<void> | undefined;
  /** What the session ended with, as long as nobody asked it to end. */
  #fault: { readonly thrown: unknown } | undefined;

  constructor(folder: string, name: string) {
    this.folder = folder;
    this.name = name;
  }

  get events(): readonly LivepushEvent[] {
    return this.log.events;
  }

  /** Starts the session; `ready` tells when it takes edits. */
  start(options: Partial<RunOptions> = {}): void {
    const plain = { files: [], profiles: [], envFiles: [], services: [], live: [] };
    const run = runProject(
      {
        ...{
          ...plain,
          build: true,
          buildCache: false,
          restart: true,
          logs: false,
          keep: false,
          dryRun: false,
          debounceMs: 15,
        },
        ...{ cwd: this.folder, projectName: this.name, ...options },
      },
      {
        ...{ env: process.env, sink: this.log.sink, signal: this.#abort.signal },
        ...{ tmpdir: tmpdir(), homedir: homedir() },
        onControl: (control) => {
          this.control = control;
        },
      },
    );
    const ended = (thrown: unknown) => {
      if (!this.#abort.signal.aborted) this.#fault = { thrown };
      this.log.wake();
    };
    this.#run = run.then(() => ended(new Error('The session ended on its own.')), ended);
  }

  /** Resolves when all containers are followed. Throws what the session ended with, if it did. */
  async ready(): Promise<void> {
    await this.until(() => this.events.find(({ type }) => type === 'ready'), { what: 'the session to be ready' });
  }

  /** As `EventLog.until`, and throws when the session has ended. */
  until<Result>(ask: () => Result | undefined, options: { what: string; within?: number }): Promise<Result> {
    return this.log.until(() => {
      if (this.#fault) throw this.#fault.thrown;
      return ask();
    }, options);
  }

  /** What made the session end before its time. */
  get fault(): string | undefined {
    return this.#fault && messageOf(this.#fault.thrown);
  }

  /** The end of the next push that was not cancelled; to be asked for before the edit that leads to it. */
  nextPush(service?: string): Promise<PushEnd> {
    const since = this.events.length;
    const isEnd = (event: LivepushEvent): event is PushEnd =>
      event.type === 'livepushEnd' && event.outcome !== 'cancelled' && (service ?? event.service) === event.service;
    return this.until(() => this.events.slice(since).find(isEnd), { what: 'a push to end' });
  }

  /** Resolves when no push and no rebuild is under way. */
  async settled(service: string): Promise<void> {
    await this.until(() => this.log.isIdle(service) || undefined, { what: `${service} to settle` });
  }

  /** The containers of a service, one for each replica. */
  async containers(service: string): Promise<Container[]> {
    const labels = [`com.docker.compose.project=${this.name}`, `com.docker.compose.service=${service}`];
    return (await this.engine.listContainers(labels)).map(({ id }) => this.engine.container(id));
  }

  /** The first container of a service. */
  async container(service: string): Promise<Container> {
    const [first] = await this.containers(service);
    if (!first) throw new Error(`There is no container of ${service}.`);
    return first;
  }

  /** Writes a file of the project, its directories with it. */
  async write(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** Ends the session. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#run;
  }

  /** Ends the session, and removes the folder and all that the project made in the engine. */
  async remove(): Promise<void> {
    try {
      await this.stop();
    } finally {
      const label = `com.docker.compose.project=${this.name}`;
      for (const { id } of await this.engine.listContainers([label])) await this.engine.container(id).remove();
      for (const image of await this.engine.listImages([label])) await this.engine.removeImage(image);
      await docker('network', 'rm', '--force', `${this.name}_default`);
      this.engine.close();
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}

/** A project with these files, by path in its folder; nothing is started. */
export async function makeLiveProject(files: Readonly<Record<string, string>>, prefix = 'lpf'): Promise<LiveProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'livepush-project-')));
  const project = new LiveProject(folder, `${prefix}-${randomBytes(4).toString('hex')}`);
  for (const [path, content] of Object.entries(files)) await project.write(path, content);
  return project;
}
