import type { Engine } from '../docker/engine.js';
import type { Stage } from '../dockerfile/model.js';
import type { ContextTree } from '../plan/context-tree.js';
import { findStale, stageReaders, stagesRead } from '../plan/find-stale.js';
import type { StageInput } from '../plan/plan.js';
import type { TreeChange } from '../watch/scan-context.js';
import { isBetterAsImaged } from './as-built.js';
import { Baseline } from './baseline.js';
import { BuildContainers } from './build-container/build-containers.js';
import type { Builder } from './build-container/builder.js';
import type { Drift } from './find-drift.js';
import { keptStages } from './kept-stages.js';
import type { Manifest } from './manifest.js';
import { Progress } from './progress.js';
import type { SessionImages } from './session-images.js';
import type { ProcessExit } from './supervisor/supervisor-link.js';
import { Target } from './target.js';
import type { Newcomer } from './waiting.js';

export interface TargetsOptions {
  /** All stages up to the final one, which is the last. */
  readonly stages: readonly Stage[];
  readonly tree: ContextTree;
  readonly engine: Engine;
  readonly images: SessionImages;
  /** Told when a main process has ended with an error in a container that goes on; left out, nobody listens for it. */
  readonly onExit?: ((containerId: string, exit: ProcessExit) => void) | undefined;
  /** What a container that is as its image was built lacks; asked where the image is older than the session. */
  readonly older?: ((containerId: string) => Promise<Drift | undefined>) | undefined;
}

/** The containers that a service is kept up to date in: its replicas, which come and go, and those that its steps run in. */
export class Targets {
  readonly #options: TargetsOptions;
  #stages: readonly Stage[];
  readonly #build: BuildContainers;
  readonly #replicas = new Map<string, Target>();
  /** Containers that are gone. */
  readonly #lost = new Set<string>();
  readonly #baseline: Baseline;
  /** The build container whose image was compared with the files. */
  #compared: Builder | undefined;
  /** What the `COPY --from` steps of the image copied, as far as it was looked up. */
  readonly #copied = new Map<number, Manifest>();

  constructor(options: TargetsOptions) {
    this.#options = options;
    this.#baseline = new Baseline(options.tree);
    this.#stages = options.stages;
    this.#build = new BuildContainers(options);
  }

  /** The build container of the final stage; undefined where its steps run in the containers themselves. */
  get builder(): Builder | undefined {
    return this.#build.builder;
  }

  /** The same, with all that its image lacks of the files known. */
  async readyBuilder(): Promise<Builder | undefined> {
    const builder = this.#build.builder;
    if (!builder || builder === this.#compared || !this.#options.older) return builder;
    const { target } = builder;
    const drift = await this.#options.older((await target.container()).id);
    if (drift) {
      target.progress.add(this.#read(drift.changes, target));
      if (drift.staleCopy !== undefined)
        target.progress.stopAt({ from: drift.staleCopy, full: true, restart: undefined });
    }
    this.#compared = builder;
    return builder;
  }

  /** Makes build containers anew that are gone, or have ended. Gives how many. */
  async remakeLost(): Promise<number> {
    const remade = await this.#build.remakeLost();
    for (const target of remade) this.#catchUpBuild(target);
    return remade.length;
  }

  #catchUpBuild(target: Target): void {
    if (target === this.#build.builder?.target) this.#catchUp(target);
    else target.progress.add(this.#read(this.#baseline.changes(), target));
  }

  /** Begins with the images again where an edit was taken back, and commands that take long are spared by that. */
  async beginAgain(): Promise<void> {
    if (!this.builder || this.#options.older) return;
    const { tree } = this.#options;
    const changes = this.#baseline.changes();
    const changesFor = (target: Target) => this.#read(changes, target);
    const took = (stage: number, step: number) => this.#build.took(stage, step);
    if (!isBetterAsImaged({ tree, targets: this.#build.all, changesFor, took })) return;
    const used = new Set((await this.#build.renew()).map(({ stage }) => stage.index));
    for (const target of this.#build.all) {
      target.progress.finish();
      this.#catchUpBuild(target);
    }
    // what was copied from those that were in use came from what is gone
    const from = this.#final.steps.find((step) => stagesRead([step]).some((index) => used.has(index)))?.index;
    if (from !== undefined) for (const { progress } of this.#replicas.values()) progress.doubt(from);
  }

  /** A container of the service, or a build container, by its name. */
  get(name: string): Target {
    return (this.#replicas.get(name) ?? this.#build.all.find((target) => target.name === name)) as Target;
  }

  /** By name, without the build container of the final stage; earlier stages first. */
  get all(): ReadonlyMap<string, Target> {
    const earlier = this.#build.earlier.map((target) => [target.name, target] as const);
    return new Map([...earlier, ...this.#replicas]);
  }

  /** Ids of the service's own containers. */
  get replicas(): string[] {
    return [...this.#replicas.keys()];
  }

  get #final(): Stage {
    return this.#stages.at(-1) as Stage;
  }

  /** The stages that are kept up to date, the final one last. */
  get stages(): Stage[] {
    const stages = this.#stages;
    return [...keptStages(stages).map((index) => stages[index] as Stage), this.#final];
  }

  /** Replaces the steps: the same ones, with other build arguments. */
  restage(stages: readonly Stage[]): void {
    this.#stages = stages;
    this.#build.restage(stages);
    for (const target of this.#replicas.values()) target.stage = this.#final;
  }

  /** True when a container has something to catch up with. */
  get hasUndone(): boolean {
    return !this.isUpToDate || this.#build.earlier.some(({ progress }) => !progress.isFinished);
  }

  /** True when the service's own containers have not. */
  get isUpToDate(): boolean {
    return [...this.#replicas.values()].every((target) => target.isUpToDate);
  }

  /** The container of an earlier stage. */
  stage(index: number): Target {
    return this.#build.stage(index);
  }

  /** Takes note of what is not as in the image any more. */
  note(changes: readonly TreeChange[], options: { duringBuild: boolean }): void {
    this.#baseline.add(changes, options);
  }

  /** Hands each container that is there the changes that its own steps read: all of all would be too much. */
  add(changes: readonly TreeChange[]): void {
    const { stages } = this;
    const readers = stageReaders(this.#options.tree, stages);
    const own = new Map(stages.map((stage) => [stage, [] as TreeChange[]]));
    for (const change of changes) for (const stage of readers(change.path, change.before)) own.get(stage)?.push(change);
    for (const { stage, progress } of [...this.#build.all, ...this.#replicas.values()])
      progress.add(own.get(stage) ?? []);
  }

  /** Of changes those that a container's own steps read. */
  #read(changes: readonly TreeChange[], { stage }: Target): TreeChange[] {
    const readers = stageReaders(this.#options.tree, [stage]);
    return changes.filter(({ path, before }) => readers(path, before).length > 0);
  }

  /** Takes in a container that is as its image was built, and gives what it has not seen. */
  adopt({ id, staleCopy }: Newcomer): TreeChange[] {
    const open = async () => this.#options.engine.container(id);
    const { onExit: told } = this.#options;
    const onExit = told && ((exit: ProcessExit) => told(id, exit));
    const about = { name: id, stage: this.#final, final: true, copied: this.#copied };
    const target = new Target({ ...about, open, ...(onExit && { onExit }) });
    target.listen();
    const changes = this.#catchUp(target, staleCopy);
    target.isOlder = this.#options.older !== undefined;
    target.behind = (this.builder?.target.replayed.size ?? 0) > 0;
    this.#replicas.set(id, target);
    return changes;
  }

  /** Leaves to a container that is as its image was built all that has changed since, and gives that. */
  #catchUp({ progress }: Target, staleCopy?: number): TreeChange[] {
    const changes = this.#baseline.changes();
    progress.add(changes);
    const from = Math.min(this.firstStale(changes).get(this.#final.index) ?? Infinity, staleCopy ?? Infinity);
    const full = staleCopy !== undefined;
    if (from < Infinity) progress.stopAt({ from, full, restart: undefined });
    return changes;
  }

  /** Has all containers of the service replay a step and all after it with the next push. */
  distrust(from: number): void {
    for (const { progress } of this.#replicas.values()) progress.stopAt({ from, full: true, restart: undefined });
  }

  /** Takes note that a container is gone; it stays until it is let go of, between two pushes. */
  lose(containerId: string): void {
    this.#lost.add(containerId);
  }

  /** Lets go of the containers that are gone, and gives their ids. */
  letGo(): string[] {
    const gone = [...this.#lost].filter((id) => this.#drop(id));
    this.#lost.clear();
    return gone;
  }

  #drop(containerId: string): boolean {
    this.#replicas.get(containerId)?.closeSessions();
    return this.#replicas.delete(containerId);
  }

  /** Ends all sessions, and removes the build containers. */
  async close(): Promise<void> {
    for (const target of this.#replicas.values()) target.closeSessions();
    await this.#build.close();
  }

  /** Starts the build containers that are there, after the engine has stopped them. */
  async revive(): Promise<void> {
    for (const target of this.#replicas.values()) {
      target.closeSessions();
      target.listen();
    }
    await this.#build.revive();
  }

  /** The first step that changes make stale, by the number of the stage. */
  firstStale(changes: readonly TreeChange[]): Map<number, number> {
    const progress = new Progress();
    progress.add(changes);
    const { pending } = progress;
    const inputs = this.stages.map((stage): StageInput => {
      const final = stage === this.#final;
      return { target: '', stage, final, dirty: undefined, pending, mounts: [], running: true };
    });
    const stale = findStale(this.#options.tree, inputs);
    return new Map(stale.map(({ input, from }) => [input.stage.index, from]));
  }
}
