import type { Engine } from '../../docker/engine.js';
import type { Stage } from '../../dockerfile/model.js';
import { LivepushError } from '../../errors.js';
import { keptStages } from '../kept-stages.js';
import { isLost } from '../look-for-end.js';
import type { SessionImages } from '../session-images.js';
import { Target } from '../target.js';
import { Builder } from './builder.js';
import { openBuildContainer } from './open-build-container.js';

interface BuildContainersOptions {
  /** All stages up to the final one, which is the last. */
  readonly stages: readonly Stage[];
  readonly engine: Engine;
  readonly images: SessionImages;
}

/** The containers that the steps of a service run in: one for each stage, made when it is first needed, whatever the number of replicas. */
export class BuildContainers {
  readonly #options: BuildContainersOptions;
  #stages: readonly Stage[];
  /** Of earlier stages, by their number. */
  readonly #earlier = new Map<number, Target>();
  #builder: Builder | undefined;
  /** Milliseconds that RUN steps took the last time, by stage and step: known of each container that takes another's place. */
  readonly #took = new Map<number, Map<number, number>>();

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

  /** Makes anew those that are gone, or have ended: they begin as their images were built. Gives the new ones. */
  async remakeLost(): Promise<Target[]> {
    const remade: Target[] = [];
    for (const target of this.all) {
      if (target.opened && !(await isThere(target))) remade.push(await this.#remake(target));
    }
    return remade;
  }

  /** Makes those anew that were ever needed: they are as their images were built. Gives the new ones. */
  async renew(): Promise<Target[]> {
    const used = this.all.filter(({ opened }) => opened !== undefined);
    return Promise.all(
      used.map(async (target) => {
        const builder = this.#builder;
        if (builder?.target !== target) return this.#remake(target);
        await builder.renew();
        return builder.target;
      }),
    );
  }

  /** Milliseconds that a RUN step took the last time; undefined where it has never come to its end. */
  took(stage: number, step: number): number | undefined {
    return this.#took.get(stage)?.get(step);
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
    const target = this.#make(lost.stage.index, lost.version + 1);
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
      await (await target.opened)?.start();
    }
    await this.#builder?.revive();
  }

  #timesOf(stage: number): Map<number, number> {
    const known = this.#took.get(stage) ?? new Map<number, number>();
    this.#took.set(stage, known);
    return known;
  }

  #make(index: number, version = 0): Target {
    const { engine, images } = this.#options;
    const open = async () => {
      const image = images.stages.get(index);
      if (image === undefined) throw new LivepushError('internal', `There is no image of stage ${index}.`);
      await images.late?.make();
      return openBuildContainer(engine, { image, stage: index, ...madeWith(images) });
    };
    const stage = this.#stages[index] as Stage;
    const took = this.#timesOf(index);
    return new Target({ name: `stage ${index}`, stage, final: false, open, took, version });
  }

  #makeBuilder(): Builder | undefined {
    const { engine, images } = this.#options;
    const { final: image } = images;
    if (image === undefined) return undefined;
    const of = this.#stages.at(-1) as Stage;
    const took = this.#timesOf(of.index);
    return new Builder(engine, { image, of, took, ...madeWith(images) }, this.#builder?.ledger);
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
