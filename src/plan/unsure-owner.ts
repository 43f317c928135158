import type { RunStep, Step } from '../dockerfile/model.js';
import type { StagePlan } from './plan.js';

/** A path that a replayed RUN gave another owner or mode. */
export interface UnsureOwner {
  readonly path: string;
  readonly run: RunStep;
}

/**
 * The first path of which only a build can tell whose it is: a replayed `chown -R` also finds what later steps have made,
 * which is not there yet when it runs in a build. What these changes write themselves is not in doubt. Pure.
 *
 * @param reowned paths that have another owner or mode than before, and nothing else
 */
export function unsureOwner({ stage, operations }: StagePlan, reowned: readonly string[]): UnsureOwner | undefined {
  const run = operations.flatMap((operation) => (operation.kind === 'run' ? [operation.step] : []))[0];
  if (!run || !stage.steps.slice(run.index + 1).some(makesPaths)) return undefined;
  const written = new Set(
    operations.flatMap((operation) =>
      operation.kind === 'files'
        ? operation.writes.flatMap(({ destination }) => (operation.unchanged.has(destination) ? [] : [destination]))
        : [],
    ),
  );
  const path = reowned.find((each) => !written.has(each));
  return path === undefined ? undefined : { path, run };
}

const makesPaths = ({ kind }: Step): boolean => kind !== 'config';
