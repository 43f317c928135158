import type { Step } from '../dockerfile/model.js';
import { type ContextEntry, isWithin } from './context-tree.js';
import { staleByEach } from './find-stale.js';
import type { MountedPath, Operation, Plan, StageInput, StagePlan, StaleStage } from './plan.js';
import { type PlanInput, planChanges } from './plan-changes.js';

/** A change that is only thought of: nothing was pushed before, and nothing failed. */
export interface ImaginedChange extends Omit<PlanInput, 'stages'> {
  readonly stages: readonly Omit<StageInput, 'pending' | 'dirty'>[];
  /** Paths of the context, and what stands there, or stood there if it is gone. */
  readonly paths: ReadonlyMap<string, ContextEntry>;
}

/** A step that a path makes stale. */
export interface StaleStep {
  readonly stage: StageInput['stage'];
  readonly step: Step;
}

/** What a change would come to, and why. */
export interface Explanation {
  readonly plan: Plan;
  /** For each path the first step of each stage that it makes stale; none for one that no step reads. */
  readonly stale: ReadonlyMap<string, readonly StaleStep[]>;
  /** Paths of the container that are neither written nor removed, since a mount hides them. */
  readonly leftToMounts: readonly { readonly path: string; readonly mount: string }[];
}

/** Plans a change that is only thought of, and says which path calls for what. Pure. */
export function explainChange(change: ImaginedChange): Explanation {
  const pending = new Map(Array.from(change.paths, ([path, was]) => [path, { since: 0, was: [was] }]));
  const input = { ...change, stages: change.stages.map((stage) => ({ ...stage, pending, dirty: undefined })) };
  const plan = planChanges(input);
  return {
    plan,
    stale: staleSteps(input, change.paths.keys()),
    leftToMounts: plan.kind === 'rebuild' ? [] : leftToMounts(input, plan.kind === 'replay' ? plan.stages : []),
  };
}

/** For each path, what it makes stale by itself; not what only follows from another stage. */
function staleSteps({ tree, stages }: PlanInput, paths: Iterable<string>): Map<string, StaleStep[]> {
  const each = staleByEach(tree, stages);
  const steps = (found: readonly StaleStage[] = []): StaleStep[] =>
    found.flatMap(({ input: { stage }, from, cause }) => {
      const step = stage.steps[from];
      return cause.kind === 'path' && step ? [{ stage, step }] : [];
    });
  return new Map(Array.from(paths, (path) => [path, steps(each.get(path))]));
}

/** The same plan without mounts would touch these as well. */
function leftToMounts(input: PlanInput, stages: readonly StagePlan[]): Explanation['leftToMounts'] {
  const mounts = input.stages.flatMap((stage) => stage.mounts);
  if (mounts.length === 0) return [];
  const bare = planChanges({ ...input, stages: input.stages.map((stage) => ({ ...stage, mounts: [] })) });
  if (bare.kind !== 'replay') return [];
  const touched = new Set(stages.flatMap(touchedPaths));
  const left = new Set(bare.stages.flatMap(touchedPaths).filter((path) => !touched.has(path)));
  return [...left].flatMap((path) => {
    const mount = mounts.find((each) => hides(each, path));
    return mount ? [{ path, mount: mount.destination }] : [];
  });
}

const hides = ({ destination }: MountedPath, path: string): boolean =>
  isWithin(destination, path) || isWithin(path, destination);

const touchedPaths = ({ final, operations }: StagePlan): string[] => (final ? operations.flatMap(filesOf) : []);

const filesOf = (operation: Operation): string[] =>
  operation.kind === 'files' ? [...operation.uncover, ...operation.writes.map(({ destination }) => destination)] : [];
