import type { Engine } from '../docker/engine.js';
import type { RunStep, Stage } from '../dockerfile/model.js';
import type { ContextTree } from '../plan/context-tree.js';
import { stageReaders, stagesRead } from '../plan/find-stale.js';
import type { TreeChange } from '../watch/scan-context.js';
import { Baseline } from './baseline.js';
import { BuildContainers } from './build-container/build-containers.js';
import type { Builder } from './build-container/builder.js';
import { EarlierStates } from './earlier-states.js';
import type { Drift } from './find-drift.js';
import { keptStages } from './kept-stages.js';
import type { SessionImages } from './session-images.js';
import { changesRead, firstStaleSteps } from './stage-changes.js';
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
  readonly #states: EarlierStates;
  /** The build container whose image was compared with the files. */
  #compared: Builder | undefined;

  constructor(options: TargetsOptions) {
    this.#options = options;
    this.#baseline = new Baseline(options.tree);
    this.#states = new EarlierStates(this.#baseline);
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
      target.progress.add(changesRead(this.#options.tree, target.stage, drift.changes));
      if (drift.staleCopy !== undefined) target.progress.distrust(drift.staleCopy);
    }
    this.#compared = builder;
    return builder;
  }

  /** True when a build container is gone, or has ended. */
  hasLostBuildContainer(): Promise<boolean> {
    return this.#build.hasLost();
  }

  /** Makes build containers anew that are gone, or have ended. Gives how many. */
  async remakeLost(): Promise<number> {
    const remade = await this.#build.remakeLost();
    for (const target of remade) this.#catchUpBuild(target);
    return remade.length;
  }

  /** Removes build containers that must not be used any more. */
  async dropSpoilt(): Promise<void> {
    if (this.#build.all.some(({ isSpoilt }) => isSpoilt)) await this.remakeLost();
  }

  #catchUpBuild(target: Target): void {
    if (target === this.#build.builder?.target) this.#catchUp(target);
    else target.progress.add(changesRead(this.#options.tree, target.stage, this.#baseline.changes()));
  }

  /** True when the build containers hold all there is, and it took long to make that. */
  get isSettled(): boolean {
    return this.#build.takesLong && this.#build.all.every(({ progress }) => progress.isFinished);
  }

  /** Makes build containers before an edit needs them. */
  openAhead(canRunAgain: (step: RunStep) => boolean, signal: AbortSignal): Promise<void> {
    return this.#build.openAhead(canRunAgain, signal);
  }

  /** The push is at its end: what the next one is likely to begin with is started. */
  startAhead(): void {
    this.#build.startAhead();
  }

  /** What the build containers have seen by now is a state that may come back, or, without `unsure`, is not known. */
  settle(unsure?: readonly string[]): void {
    this.#states.settle(unsure);
  }

  /** Goes on with an earlier state, or with the images, where an edit was taken back, and long commands are spared by that. */
  async chooseState(): Promise<void> {
    const [{ tree, older }, { all }] = [this.#options, this.#build];
    const chosen = this.builder && !older ? this.#states.choose({ tree, build: this.#build }) : undefined;
    if (!chosen) return;
    const isWhole = all.every(({ progress }) => progress.dirty === undefined);
    const { set, changes } = chosen;
    const before = this.#build.replace(set);
    for (const target of this.#build.all) {
      target.progress.finish();
      // one that was not needed by then is as its image was built
      if (set?.all.includes(target)) target.progress.add(changesRead(tree, target.stage, changes));
      else this.#catchUpBuild(target);
    }
    await this.#states.keep(before, isWhole);
    // what was copied from those that were in use came from what is gone
    const used = new Set([...before.all, ...(set?.all ?? [])].map(({ stage }) => stage.index));
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

  /** True when no push has left one of them half-way. */
  get areWhole(): boolean {
    return [...this.#replicas.values()].every(({ isHalfway }) => !isHalfway);
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

  /** Takes in a container that is as its image was built, and gives what it has not seen. */
  adopt({ id, staleCopy }: Newcomer): TreeChange[] {
    const open = async () => this.#options.engine.container(id);
    const { onExit: told } = this.#options;
    const onExit = told && ((exit: ProcessExit) => told(id, exit));
    const about = { name: id, stage: this.#final, final: true, ...this.#build.historyOf(this.#final.index) };
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
    for (const { progress } of this.#replicas.values()) progress.distrust(from);
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
    await Promise.all([this.#build.close(), this.#states.close()]);
  }

  /** Starts the build containers that are there, after the engine has stopped them. */
  async revive(): Promise<void> {
    for (const target of this.#replicas.values()) {
      target.closeSessions();
      target.listen();
    }
    await Promise.all([this.#build.revive(), this.#states.close()]);
  }

  /** The first step that changes make stale, by the number of the stage. */
  firstStale(changes: readonly TreeChange[]): Map<number, number> {
    return firstStaleSteps(this.#options.tree, this.stages, changes);
  }
}
