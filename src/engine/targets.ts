import type { Engine } from '../docker/engine.js';
import type { Stage } from '../dockerfile/model.js';
import type { ContextTree } from '../plan/context-tree.js';
import { findStale, stageReaders, stagesRead } from '../plan/find-stale.js';
import type { StageInput } from '../plan/plan.js';
import type { TreeChange } from '../watch/scan-context.js';
import { Baseline } from './baseline.js';
import type { Manifest } from './manifest.js';
import { Progress } from './progress.js';
import type { SessionImages } from './session-images.js';
import { openStageContainer } from './stage-containers.js';
import type { ProcessExit } from './supervisor/supervisor-link.js';
import { Target } from './target.js';
import type { Newcomer } from './waiting.js';

interface TargetsOptions {
  /** All stages up to the final one, which is the last. */
  readonly stages: readonly Stage[];
  readonly tree: ContextTree;
  readonly engine: Engine;
  readonly images: SessionImages;
  /** Told when a main process has ended with an error in a container that goes on; left out, nobody listens for it. */
  readonly onExit?: ((containerId: string, exit: ProcessExit) => void) | undefined;
}

/** The containers that a service is kept up to date in: its replicas, which come and go, and those of earlier stages. */
export class Targets {
  readonly #options: TargetsOptions;
  #stages: readonly Stage[];
  readonly #all = new Map<string, Target>();
  /** Containers that are gone. */
  readonly #lost = new Set<string>();
  readonly #baseline: Baseline;
  /** What the `COPY --from` steps of the image copied, as far as it was looked up. */
  readonly #copied = new Map<number, Manifest>();

  constructor(options: TargetsOptions) {
    this.#options = options;
    this.#baseline = new Baseline(options.tree);
    const { stages, engine, images } = options;
    this.#stages = stages;
    for (const index of keptStages(stages)) {
      const stage = stages[index] as Stage;
      const open = () => openStageContainer(engine, images, index);
      this.#all.set(stageName(index), new Target({ name: stageName(index), stage, final: false, open }));
    }
  }

  /** By name; earlier stages first. */
  get all(): ReadonlyMap<string, Target> {
    return this.#all;
  }

  /** Ids of the service's own containers. */
  get replicas(): string[] {
    return [...this.#all.values()].filter(({ final }) => final).map(({ name }) => name);
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
    for (const target of this.#all.values()) target.stage = stages[target.stage.index] ?? target.stage;
  }

  /** True when a container has something to catch up with. */
  get hasUndone(): boolean {
    return [...this.#all.values()].some(({ progress }) => !progress.isFinished);
  }

  /** True when the service's own containers have not. */
  get isUpToDate(): boolean {
    return [...this.#all.values()].every(({ final, progress }) => !final || progress.isFinished);
  }

  /** The container of an earlier stage. */
  stage(index: number): Target {
    return this.#all.get(stageName(index)) as Target;
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
    for (const { stage, progress } of this.#all.values()) progress.add(own.get(stage) ?? []);
  }

  /** Takes in a container that is as its image was built, and gives what it has not seen. */
  adopt({ id, staleCopy }: Newcomer): TreeChange[] {
    const open = async () => this.#options.engine.container(id);
    const { onExit: told } = this.#options;
    const onExit = told && ((exit: ProcessExit) => told(id, exit));
    const about = { name: id, stage: this.#final, final: true, copied: this.#copied };
    const target = new Target({ ...about, open, ...(onExit && { onExit }) });
    target.listen();
    const changes = this.#baseline.changes();
    target.progress.add(changes);
    const from = Math.min(this.#firstStale(changes) ?? Infinity, staleCopy ?? Infinity);
    const full = staleCopy !== undefined;
    if (from < Infinity) target.progress.stopAt({ from, full, restart: undefined });
    this.#all.set(id, target);
    return changes;
  }

  /** Has all containers of the service replay a step and all after it with the next push. */
  distrust(from: number): void {
    for (const { final, progress } of this.#all.values())
      if (final) progress.stopAt({ from, full: true, restart: undefined });
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
    this.#all.get(containerId)?.closeSessions();
    return this.#all.delete(containerId);
  }

  /** Ends all sessions, and removes the containers of earlier stages. */
  async close(): Promise<void> {
    const targets = [...this.#all.values()];
    for (const target of targets) target.closeSessions();
    const helpers = targets.filter(({ final }) => !final);
    await Promise.allSettled(helpers.map(async (target) => (await target.opened)?.remove()));
  }

  /** Starts the containers of earlier stages that are there, after the engine has stopped them. */
  async revive(): Promise<void> {
    for (const target of this.#all.values()) {
      target.closeSessions();
      if (target.final) target.listen();
      else await (await target.opened)?.start();
    }
  }

  /** The first step of the final stage that is stale in a new container: an earlier stage may have been replayed, too. */
  #firstStale(changes: readonly TreeChange[]): number | undefined {
    const progress = new Progress();
    progress.add(changes);
    const { pending } = progress;
    const inputs = this.stages.map((stage): StageInput => {
      const final = stage === this.#final;
      return { target: '', stage, final, dirty: undefined, pending, mounts: [], running: true };
    });
    return findStale(this.#options.tree, inputs).find(({ input }) => input.final)?.from;
  }
}

const stageName = (index: number): string => `stage ${index}`;

/** Stages that the final one copies or mounts from, directly or through others: each gets a container of its own. */
export function keptStages(stages: readonly Stage[]): number[] {
  const kept = new Set<number>();
  const visit = (stage: Stage | undefined): void => {
    for (const index of stage ? stagesRead(stage.steps) : []) {
      if (kept.has(index)) continue;
      kept.add(index);
      visit(stages[index]);
    }
  };
  visit(stages.at(-1));
  return [...kept].sort((a, b) => a - b);
}
