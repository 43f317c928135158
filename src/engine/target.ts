import { setTimeout as delay } from 'node:timers/promises';
import type { Container, ContainerInfo } from '../docker/engine.js';
import type { Stage } from '../dockerfile/model.js';
import { LivepushError } from '../errors.js';
import { isWithin } from '../plan/context-tree.js';
import type { MountedPath, StageInput } from '../plan/plan.js';
import { RestartPace } from '../plan/restart-pace.js';
import { BuildShell, type Mark } from './build-container/build-shell.js';
import { OWN } from './build-container/own-paths.js';
import { type TouchedSince, touchedSince } from './build-container/touched-since.js';
import type { Manifest } from './manifest.js';
import { mountsOf } from './mounted-paths.js';
import { Progress } from './progress.js';
import { ContainerShell } from './shell/container-shell.js';
import { isSupervised } from './supervisor/supervised.js';
import { type ProcessExit, SupervisorLink } from './supervisor/supervisor-link.js';

/** Milliseconds in which a file system's clock has gone on for certain. */
const TICK = 15;

/** What is known of the containers of one image; added to by all of them. */
export interface StageHistory {
  /** Milliseconds that RUN steps took the last time, by step. */
  readonly took: Map<number, number>;
  /** What the `COPY --from` steps of the image copied, by step. */
  readonly copied: Map<number, Manifest>;
}

interface TargetOptions extends Partial<StageHistory> {
  readonly name: string;
  readonly stage: Stage;
  /** A container of the service, not one of ours that steps run in. */
  readonly final: boolean;
  readonly open: () => Promise<Container>;
  /** Told when the main process has ended with an error in a container that goes on. */
  readonly onExit?: (exit: ProcessExit) => void;
}

/** A container that is kept up to date: a replica of the service (final), or the build container of a stage. */
export class Target {
  readonly name: string;
  stage: Stage;
  readonly final: boolean;
  readonly progress = new Progress();
  readonly shell: ContainerShell;
  readonly #build: BuildShell | undefined;
  #mark: Mark | undefined;
  #next: Mark | undefined;
  /** When the last mark was made, by this machine's clock that only goes forward. */
  #markedAt = 0;
  #touched: (() => Promise<TouchedSince | undefined>) | undefined;
  readonly supervisor: SupervisorLink;
  readonly pace = new RestartPace();
  /** What each `COPY --from` step put here the last time, by step, as far as it was looked up. */
  readonly manifests = new Map<number, Manifest>();
  /** How often its steps were carried out; those of containers before it are counted. */
  version = 0;
  /** Milliseconds that RUN steps took the last time, by step. */
  readonly took: Map<number, number>;
  /** The version of its source that each `COPY --from` step has copied, by step. */
  readonly copiedVersions = new Map<number, number>();
  /** RUN steps that ran here since the image was built. */
  readonly replayed = new Set<number>();
  /** Files that got another time than they have in the context, by path: in milliseconds. */
  readonly times = new Map<string, number>();
  /** Paths that have landed in other replicas, and not here. */
  readonly owed = new Set<string>();
  /** Older than the session: pushes before it may have left anything where steps write. */
  isOlder = false;
  /** Made from the image after a step was replayed: it lacks all that landed before. */
  behind = false;
  /** Files are being brought into it, or were when that was broken off. */
  isHalfway = false;
  /** False once it has turned out that the container cannot unpack archives itself. */
  unpacks = true;
  readonly #copied: Map<number, Manifest>;
  readonly #listens: boolean;
  readonly #open: () => Promise<Container>;
  #container: Promise<Container> | undefined;
  #isSpoilt = false;
  #info: ContainerInfo | undefined;

  constructor(options: TargetOptions) {
    this.#copied = options.copied ?? new Map();
    this.took = options.took ?? new Map();
    this.name = options.name;
    this.stage = options.stage;
    this.final = options.final;
    this.#open = options.open;
    const container = () => this.container();
    this.#build = options.final ? undefined : new BuildShell(container);
    this.shell = this.#build ?? new ContainerShell(container);
    this.#listens = options.onExit !== undefined;
    this.supervisor = new SupervisorLink({ container, onExit: options.onExit ?? (() => {}) });
  }

  /** True when it holds all that there is to push. */
  get isUpToDate(): boolean {
    return this.progress.isFinished && this.owed.size === 0 && !this.behind;
  }

  /** True when its files have landed, and its main process has not been restarted since. */
  get owesOnlyRestart(): boolean {
    const { dirty } = this.progress;
    return dirty?.restart !== undefined && dirty.from >= this.stage.steps.length;
  }

  /** True for a build container that must not be used any more. */
  get isSpoilt(): boolean {
    return this.#isSpoilt;
  }

  /** The shell of a build container. Throws for a container of the service. */
  get build(): BuildShell {
    if (!this.#build) throw new LivepushError('internal', `${this.name} is no build container.`);
    return this.#build;
  }

  /** When the steps of a push began that is not accounted for; undefined in a container that none began in. */
  get mark(): Mark | undefined {
    return this.#mark;
  }

  /** From now on it can be told what steps change, if none has begun before. */
  async begin(): Promise<void> {
    if (!this.#mark) {
      const { mounts } = await this.info();
      const volumes = mounts.filter(({ type, destination }) => type === 'volume' && !isWithin(OWN, destination));
      this.build.roots = ['/', ...volumes.map(({ destination }) => destination)];
      this.#mark = await this.#makeMark();
    }
    // what is changed in this tick of the clock would seem to have been there before
    const left = TICK - (performance.now() - this.#markedAt);
    if (left > 0) await delay(left);
  }

  /** Marks the end of a push: with `end` the next one begins there. */
  async markNext(): Promise<void> {
    if (this.#next) this.build.forget(this.#next);
    this.#next = await this.#makeMark();
  }

  /** All that steps have changed up to the last mark is accounted for. */
  end(): void {
    if (this.#mark) this.build.forget(this.#mark);
    this.#mark = this.#next;
    this.#next = undefined;
  }

  #makeMark(): Promise<Mark> {
    const mark = this.build.mark();
    this.#markedAt = performance.now();
    return mark.finally(() => {
      this.#markedAt = performance.now();
    });
  }

  /** The steps of a push have ended: those who copy from here may ask what they touched. */
  settle(): void {
    this.version += 1;
    const mark = this.#mark;
    this.#mark = undefined;
    let touched: Promise<TouchedSince | undefined> | undefined;
    this.#touched = mark && (() => (touched ??= touchedSince(this.build, mark)));
  }

  /** What the steps of the last push touched; undefined where nobody kept track. Throws `container-refused`. */
  touched(): Promise<TouchedSince | undefined> {
    return this.#touched?.() ?? Promise.resolve(undefined);
  }

  /** The container; a build container is created and started when it is first asked for. */
  container(): Promise<Container> {
    if (this.#isSpoilt)
      return Promise.reject(
        new LivepushError('container-lost', `The build container of ${this.name} keeps what a step left in it.`),
      );
    this.#container ??= this.#open().catch((error: unknown) => {
      this.#container = undefined;
      throw error;
    });
    return this.#container;
  }

  /** What a `COPY --from` step put here the last time, be it in the build of the image; undefined where nobody looked. */
  copiedBy(step: number): Manifest | undefined {
    return this.manifests.get(step) ?? this.#copied.get(step);
  }

  /** What a step needed or left cannot be taken back: another build container is made, as for one that is gone. */
  spoil(): void {
    this.#isSpoilt = true;
  }

  /** Takes note of what a `COPY --from` step of the image copied, before its source is replayed. */
  noteCopied(step: number, manifest: Manifest): void {
    this.manifests.set(step, manifest);
    this.#copied.set(step, manifest);
  }

  /** The container, unless it was never needed. */
  get opened(): Promise<Container> | undefined {
    return this.#container;
  }

  /** Configuration and state as last looked at. */
  async info(): Promise<ContainerInfo> {
    this.#info ??= await (await this.container()).inspect();
    return this.#info;
  }

  /** Looks again: the state may have changed since. */
  async refresh(): Promise<ContainerInfo> {
    this.#info = undefined;
    return this.info();
  }

  /** Hears from now on of the end of a supervised main process. A container that is gone tells so when it is needed. */
  listen(): void {
    if (this.#listens) void this.#listen().catch(() => {});
  }

  async #listen(): Promise<void> {
    const { running, entrypoint } = await this.refresh();
    if (running && isSupervised(entrypoint)) await this.supervisor.open();
  }

  /** Ends the sessions in the container. */
  closeSessions(): void {
    this.shell.close();
    this.supervisor.close();
  }

  /** What is planned with: what the container has not seen, and how it stands now. */
  async input(): Promise<StageInput> {
    const { pending, dirty } = this.progress;
    const common = { target: this.name, stage: this.stage, final: this.final, dirty, pending };
    if (!this.final) return { ...common, mounts: [], running: true };
    const { running } = await this.refresh();
    return { ...common, mounts: await this.mounts(), running };
  }

  /** Where something is mounted: looked up once, as a container keeps its mounts. */
  mounts(): Promise<MountedPath[]> {
    return mountsOf(this);
  }
}
