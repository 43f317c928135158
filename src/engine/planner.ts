import type { CopyStep, Step } from '../dockerfile/model.js';
import { type ContextTree, isWithin } from '../plan/context-tree.js';
import type { Destination } from '../plan/copy-map.js';
import { findStale } from '../plan/find-stale.js';
import type { Plan, StageInput, StagePlan } from '../plan/plan.js';
import { type PlanInput, planChanges } from '../plan/plan-changes.js';
import { lowerPoint, regionStart } from '../plan/segments.js';
import { isDone } from './is-done.js';
import { isLost } from './look-for-end.js';
import type { LowerLayers } from './lower-layers.js';
import { observeDestination } from './observe-destination.js';
import type { Target } from './target.js';
import type { Targets } from './targets.js';

export interface PlannerOptions {
  /** The Dockerfile, as the user would name it. */
  readonly file: string;
  readonly tree: ContextTree;
  readonly targets: Targets;
  readonly lower: LowerLayers;
  /** Looks why RUN steps cannot be run again on what they left. All can when left out. */
  readonly judgeRuns?: (() => Promise<NonNullable<PlanInput['whyNotAgain']>>) | undefined;
  readonly restartsUnderMounts?: boolean;
}

/** A container of the service that gets what steps change in the build container. */
export interface PlannedLanding {
  readonly target: Target;
  /** What it would have been asked to do itself; undefined where it is up to date but for what landed elsewhere. */
  readonly asked: StagePlan | undefined;
}

/** A plan, and where it is carried out. */
export interface Planned {
  /** What it comes to in the service's containers. */
  readonly plan: Plan;
  /** What is done, and in which containers. */
  readonly stages: readonly StagePlan[];
  /** What gets its files from the build container after that; none where the stages write to the containers themselves. */
  readonly landings: readonly PlannedLanding[];
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

  /**
   * Plans what all containers have not seen. Steps run in build containers: with one among those of the final stage, or
   * where a container lacks what earlier ones have made, the final stage's work goes there, and lands from there.
   */
  async plan(): Promise<Planned> {
    const { targets } = this.#options;
    let all = [...targets.all.values()];
    let plan = await this.#planFor(all);
    if (plan.kind === 'rebuild' && plan.needsRunning) {
      all = await this.#withoutDone(all);
      plan = await this.#planFor(all);
    }
    const builder = targets.builder && this.#needsBuilder(plan) ? await targets.readyBuilder() : undefined;
    if (!builder) {
      this.#finishOthers(plan, all);
      return { plan, stages: plan.kind === 'replay' ? plan.stages : [], landings: [] };
    }
    const stages = all.filter(({ final }) => !final);
    const built = await this.#planFor([...stages, builder.target]);
    if (built.kind === 'rebuild' || built.kind === 'fault') return { plan: built, stages: [], landings: [] };
    this.#finishOthers(built, [...stages, builder.target]);
    const asked = new Map(plan.kind === 'replay' ? plan.stages.map((each) => [each.target, each]) : []);
    return {
      plan,
      stages: built.kind === 'replay' ? built.stages : [],
      landings: all.filter(({ final }) => final).map((target) => ({ target, asked: asked.get(target.name) })),
    };
  }

  /** Without jobs that are done and would have to run to take this: they get it when somebody starts them. */
  async #withoutDone(targets: readonly Target[]): Promise<Target[]> {
    const stages = targets.filter(({ final }) => !final);
    const waits = async (target: Target): Promise<boolean> => {
      if (!target.final || !isDone(await target.info())) return false;
      const plan = await this.#planFor([...stages, target]);
      return plan.kind === 'rebuild' && plan.needsRunning === true;
    };
    const waiting = await Promise.all(targets.map((target) => waits(target).catch(() => false)));
    return targets.filter((_, at) => !waiting[at]);
  }

  #needsBuilder(plan: Plan): boolean {
    const { targets } = this.#options;
    const isOwed = targets.replicas.map((id) => targets.get(id)).some(({ behind, owed }) => behind || owed.size > 0);
    if (plan.kind === 'nothing') return isOwed;
    if (plan.kind !== 'replay') return false;
    return (
      isOwed || plan.stages.some(({ final, operations }) => final && operations.some(({ kind }) => kind === 'run'))
    );
  }

  /** Those that nothing is to be done in are up to date. */
  #finishOthers(plan: Plan, considered: readonly Target[]): void {
    if (plan.kind !== 'replay' && plan.kind !== 'nothing') return;
    const planned = new Set(plan.kind === 'replay' ? plan.stages.map(({ target }) => target) : []);
    for (const target of considered) if (!planned.has(target.name)) target.progress.finish();
  }

  async #planFor(targets: readonly Target[]): Promise<Plan> {
    const { file, tree, judgeRuns, restartsUnderMounts = false } = this.#options;
    const stages = await this.#inputs(targets);
    const hasRun = findStale(tree, stages).some(({ input, from }) =>
      input.stage.steps.slice(from).some(({ kind }) => kind === 'run'),
    );
    const judged = hasRun && judgeRuns ? { whyNotAgain: await judgeRuns() } : {};
    const destinations = await this.#observe(stages);
    const destinationOf = (stage: number, step: CopyStep) => destinations.get(`${stage}.${step.index}`) as Destination;
    const runsInPlace = this.#options.targets.builder === undefined;
    return planChanges({ file, tree, stages, destinationOf, runsInPlace, restartsUnderMounts, ...judged });
  }

  /** What each container has not seen; one that is gone is let go of, and does not hold the others. */
  async #inputs(targets: readonly Target[]): Promise<StageInput[]> {
    const inputs = targets.map(async (target) => {
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
      const target = this.#options.targets.get(input.target);
      const { steps, index } = input.stage;
      const fresh = steps
        .slice(regionStart(steps, from))
        .filter((step): step is CopyStep => step.kind === 'copy' && !found.has(`${index}.${step.index}`));
      const container = await target.container();
      const looks = new Map<string, ReturnType<LowerLayers['stat']>>();
      const places = fresh.map(async (step) => {
        const point = lowerPoint(steps, step.index);
        const below = async (path: string) => {
          // what came of another stage is not in the layers before it
          if (mayComeOfStage(steps.slice(point, step.index), path)) return 'unknown';
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

const mayComeOfStage = (steps: readonly Step[], path: string): boolean =>
  steps.some((step) => step.kind === 'copy' && step.from.kind === 'stage' && isWithin(step.destination, path));
