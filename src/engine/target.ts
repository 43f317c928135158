import type { Container, ContainerInfo } from '../docker/engine.js';
import type { Stage } from '../dockerfile/model.js';
import type { MountedPath, StageInput } from '../plan/plan.js';
import { RestartPace } from '../plan/restart-pace.js';
import type { Manifest } from './manifest.js';
import { Progress } from './progress.js';
import { ContainerShell } from './shell/container-shell.js';
import { isSupervised } from './supervisor/supervised.js';
import { type ProcessExit, SupervisorLink } from './supervisor/supervisor-link.js';

interface TargetOptions {
  readonly name: string;
  readonly stage: Stage;
  readonly final: boolean;
  readonly open: () => Promise<Container>;
  /** What the `COPY --from` steps of the image copied, by step; shared by all containers of the image, and added to. */
  readonly copied?: Map<number, Manifest>;
  /** Told when the main process has ended with an error in a container that goes on. */
  readonly onExit?: (exit: ProcessExit) => void;
}

/** A container that is kept up to date: a replica of the service (final), or the stage container of an earlier stage. */
export class Target {
  readonly name: string;
  stage: Stage;
  readonly final: boolean;
  readonly progress = new Progress();
  readonly shell: ContainerShell;
  readonly supervisor: SupervisorLink;
  readonly pace = new RestartPace();
  /** What each `COPY --from` step put here the last time, by step. */
  readonly manifests: Map<number, Manifest>;
  /** RUN steps that ran here since the image was built. */
  readonly replayed = new Set<number>();
  /** False once it has turned out that the container cannot unpack archives itself. */
  unpacks = true;
  readonly #copied: Map<number, Manifest>;
  readonly #listens: boolean;
  readonly #open: () => Promise<Container>;
  #container: Promise<Container> | undefined;
  #info: ContainerInfo | undefined;

  constructor(options: TargetOptions) {
    this.#copied = options.copied ?? new Map();
    this.manifests = new Map(this.#copied);
    this.name = options.name;
    this.stage = options.stage;
    this.final = options.final;
    this.#open = options.open;
    const container = () => this.container();
    this.shell = new ContainerShell(container);
    this.#listens = options.onExit !== undefined;
    this.supervisor = new SupervisorLink({ container, onExit: options.onExit ?? (() => {}) });
  }

  /** The container; a stage container is created and started when it is first asked for. */
  container(): Promise<Container> {
    this.#container ??= this.#open().catch((error: unknown) => {
      this.#container = undefined;
      throw error;
    });
    return this.#container;
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
    const { mounts, running } = await this.refresh();
    const mounted = mounts.map(({ type, destination }): MountedPath => ({ destination, bind: type !== 'volume' }));
    return { ...common, mounts: mounted, running };
  }
}
