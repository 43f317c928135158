import type { Engine } from '../../docker/engine.js';
import type { RunStep, Stage } from '../../dockerfile/model.js';
import { LivepushError } from '../../errors.js';
import { stagesThatRun } from '../../plan/stages-that-run.js';
import { keptStages } from '../kept-stages.js';
import { isLost } from '../look-for-end.js';
import type { SessionImages } from '../session-images.js';
import { type StageHistory, Target } from '../target.js';
import { Builder } from './builder.js';
import { ContainerSet } from './container-set.js';
import { openBuildContainer, reviveContainer } from './open-build-container.js';

interface BuildContainersOptions {
  /** All stages up to the final one, which is the last. */
  readonly stages: readonly Stage[];
  readonly engine: Engine;
  readonly images: SessionImages;
}

/** Milliseconds. */
const LONG = 1000;

/** The containers that the steps of a service run in: one for each stage, made when it is first needed, whatever the number of replicas. */
export class BuildContainers {
  readonly #options: BuildContainersOptions;
  #stages: readonly Stage[];
  /** Of earlier stages, by their number. */
  readonly #earlier = new Map<number, Target>();
  #builder: Builder | undefined;
  /** By stage: what is known of all containers of its image. */
  readonly #histories = new Map<number, StageHistory>();

  constructor(options: BuildContainersOptions) {
    this.#options = options;
    this.#stages = options.stages;
    for (const index of keptStages(options.stages)) this.#earlier.set(index, this.#make(index));
    this.#builder = this.#makeBuilder();
  }

  /** That of the final stage; undefined where its steps run in the service's container itself. */
  get builder(): Builder | undefined {
    return this.#builder;
  }

  /** Those of earlier stages, in the order of the Dockerfile. */
  get earlier(): Target[] {
    return [...this.#earlier.values()];
  }

  /** All of them; that of the final stage is the last. */
  get all(): Target[] {
    const { target } = this.#builder ?? {};
    return [...this.earlier, ...(target ? [target] : [])];
  }

  /** That of an earlier stage. */
  stage(index: number): Target {
    return this.#earlier.get(index) as Target;
  }

  /** Replaces the steps: the same ones, with other build arguments. */
  restage(stages: readonly Stage[]): void {
    this.#stages = stages;
    for (const target of this.all) target.stage = stages[target.stage.index] ?? target.stage;
  }

  /** True when one that was made is gone, or has ended. */
  async hasLost(): Promise<boolean> {
    const made = this.all.filter(({ opened }) => opened);
    return (await Promise.all(made.map(isThere))).includes(false);
  }

  /** Makes anew those that are gone, or have ended: they begin as their images were built. Gives the new ones. */
  async remakeLost(): Promise<Target[]> {
    const remade: Target[] = [];
    for (const target of this.all) {
      if (target.opened && !(await isThere(target))) remade.push(await this.#remake(target));
    }
    return remade;
  }

  /** Goes on with containers of another state; where there is none, they are as their images were built. Gives those until now. */
  replace(by = new ContainerSet(new Map(), undefined)): ContainerSet {
    const earlier = new Map(this.#earlier);
    for (const [index, { version }] of earlier) {
      const target = by.earlier.get(index) ?? this.#make(index);
      // what was copied from another container of the stage is not what this one had a version before
      target.version = Math.max(version, target.version) + 1;
      this.#earlier.set(index, target);
    }
    return new ContainerSet(earlier, this.#builder?.replace(by.final));
  }

  /** Milliseconds that a RUN step took the last time; undefined where it has never come to its end. */
  took(stage: number, step: number): number | undefined {
    return this.#histories.get(stage)?.took.get(step);
  }

  /** True when a RUN step took long: to have what it made again is worth keeping it. */
  get takesLong(): boolean {
    return [...this.#histories.values()].some(({ took }) => [...took.values()].some((time) => time >= LONG));
  }

  /** Makes those of stages that an edit can lead to steps in, before one does. */
  async openAhead(canRunAgain: (step: RunStep) => boolean, signal: AbortSignal): Promise<void> {
    const stages = this.all.map(({ stage }) => stage);
    for (const index of stagesThatRun(stages, canRunAgain)) {
      if (signal.aborted) return;
      const target = this.all.find(({ stage }) => stage.index === index);
      const pristine = this.#earlier.has(index) ? undefined : this.#builder?.openPristine();
      await Promise.all([target?.info(), target?.build.stat(['/']), pristine]);
    }
  }

  /** The push is at its end: what the next one is likely to begin with is started. */
  startAhead(): void {
    for (const { opened, isSpoilt, build } of this.all) if (opened && !isSpoilt) build.ahead.start();
  }

  async #remake(lost: Target): Promise<Target> {
    lost.closeSessions();
    const builder = this.#builder;
    if (builder?.target === lost) {
      await builder.close();
      this.#builder = this.#makeBuilder();
      // whatever has landed so far, the new one has still to show what it makes of it
      builder.ledger.doubt();
      return (this.#builder ?? builder).target;
    }
    await (await lost.opened?.catch(() => undefined))?.remove();
    const target = this.#make(lost.stage.index);
    target.version = lost.version + 1;
    this.#earlier.set(lost.stage.index, target);
    return target;
  }

  /** Ends all sessions, and removes the containers. */
  async close(): Promise<void> {
    for (const target of this.all) target.closeSessions();
    const removals = this.earlier.map(async (target) => (await target.opened)?.remove());
    await Promise.allSettled([...removals, this.#builder?.close()]);
  }

  /** Starts those that are there, after the engine has stopped them. */
  async revive(): Promise<void> {
    for (const target of this.earlier) {
      target.closeSessions();
      await reviveContainer(await target.opened);
    }
    await this.#builder?.revive();
  }

  /** What is known of the containers of a stage's image; added to. */
  historyOf(stage: number): StageHistory {
    const known = this.#histories.get(stage) ?? { took: new Map(), copied: new Map() };
    this.#histories.set(stage, known);
    return known;
  }

  #make(index: number): Target {
    const { engine, images } = this.#options;
    const open = async () => {
      const image = images.stages.get(index);
      if (image === undefined) throw new LivepushError('internal', `There is no image of stage ${index}.`);
      await images.late?.make();
      return openBuildContainer(engine, { image, stage: index, ...madeWith(images) });
    };
    const stage = this.#stages[index] as Stage;
    return new Target({ name: `stage ${index}`, stage, final: false, open, ...this.historyOf(index) });
  }

  #makeBuilder(): Builder | undefined {
    const { engine, images } = this.#options;
    const { final: image } = images;
    if (image === undefined) return undefined;
    const of = this.#stages.at(-1) as Stage;
    const history = this.historyOf(of.index);
    return new Builder(engine, { image, of, history, ...madeWith(images) }, this.#builder?.ledger);
  }
}

const madeWith = ({ labels, surroundings = {} }: SessionImages) => ({ labels, surroundings });

/** One without a shell never runs, and is there all the same. */
async function isThere(target: Target): Promise<boolean> {
  try {
    const { running, finishedAt } = await target.refresh();
    return running || finishedAt === undefined;
  } catch (error) {
    if (isLost(error)) return false;
    throw error;
  }
}
