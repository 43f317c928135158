import type { CopyStep } from '../dockerfile/model.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Destination } from '../plan/copy-map.js';
import { findStale } from '../plan/find-stale.js';
import type { Plan, StageInput } from '../plan/plan.js';
import { planChanges } from '../plan/plan-changes.js';
import { lowerPoint, regionStart } from '../plan/segments.js';
import { isLost } from './look-for-end.js';
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
      const fresh = steps
        .slice(regionStart(steps, from))
        .filter((step): step is CopyStep => step.kind === 'copy' && !found.has(`${index}.${step.index}`));
      const container = await target.container();
      const looks = new Map<string, ReturnType<LowerLayers['stat']>>();
      const places = fresh.map(async (step) => {
        const point = lowerPoint(steps, step.index);
        const below = (path: string) => {
          const look = looks.get(`${point}:${path}`) ?? this.#options.lower.stat(index, point, path);
          looks.set(`${point}:${path}`, look);
          return look;
        };
        return [`${index}.${step.index}`, await observeDestination(container, below, step)] as const;
      });
      for (const [key, place] of await Promise.all(places)) found.set(key, place);
    }
    return found;
  }
}
