import type { CopyStep } from '../dockerfile/model.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Destination } from '../plan/copy-map.js';
import { findStale } from '../plan/find-stale.js';
import type { Plan, StageInput } from '../plan/plan.js';
import { planChanges } from '../plan/plan-changes.js';
import { copiesFromContext, lowerPoint, regionStart } from '../plan/segments.js';
import { isLost } from './judge-failures.js';
import type { LowerLayers } from './lower-layers.js';
import { observeDestination } from './observe-destination.js';
import type { Target } from './target.js';
import type { Targets } from './targets.js';

interface PlannerOptions {
  /** The Dockerfile, as the user would name it. */
  readonly file: string;
  readonly tree: ContextTree;
  readonly targets: Targets;
  readonly lower: LowerLayers;
}

/** Looks at the containers for what a plan needs to know, and has it made. */
export class Planner {
  readonly #options: PlannerOptions;
  /** Where COPY steps write. The layers below them do not change: looked at once. */
  readonly #destinations = new Map<string, Destination>();

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** Forgets where steps write: they have been replaced. */
  forget(): void {
    this.#destinations.clear();
  }

  /** Plans what all containers have not seen. Those that nothing is to be done in are up to date. */
  async plan(): Promise<Plan> {
    const { file, tree, targets } = this.#options;
    const stages = await this.#inputs();
    const destinations = await this.#observe(stages);
    const destinationOf = (stage: number, step: CopyStep) => destinations.get(`${stage}.${step.index}`) as Destination;
    const plan = planChanges({ file, tree, stages, destinationOf });
    const planned = new Set(plan.kind === 'replay' ? plan.stages.map(({ target }) => target) : []);
    if (plan.kind === 'replay' || plan.kind === 'nothing') {
      for (const target of targets.all.values()) if (!planned.has(target.name)) target.progress.finish();
    }
    return plan;
  }

  /** What each container has not seen; one that is gone is let go of, and does not hold the others. */
  async #inputs(): Promise<StageInput[]> {
    const inputs = Array.from(this.#options.targets.all.values(), async (target) => {
      try {
        return [await target.input()];
      } catch (error) {
        if (!target.final || !isLost(error)) throw error;
        this.#options.targets.lose(target.name);
        return [];
      }
    });
    return (await Promise.all(inputs)).flat();
  }

  /** Looks where the COPY steps of stale stages write. */
  async #observe(stages: readonly StageInput[]): Promise<ReadonlyMap<string, Destination>> {
    const found = this.#destinations;
    for (const { input, from } of findStale(this.#options.tree, stages)) {
      const target = this.#options.targets.all.get(input.target) as Target;
      const { steps, index } = input.stage;
      for (const step of steps.slice(regionStart(steps, from)).filter(copiesFromContext)) {
        const key = `${index}.${step.index}`;
        if (found.has(key)) continue;
        const below = (path: string) => this.#options.lower.stat(index, lowerPoint(steps, step.index), path);
        found.set(key, await observeDestination(await target.container(), below, step));
      }
    }
    return found;
  }
}
