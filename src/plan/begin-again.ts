import type { StaleStage } from './plan.js';

/** Milliseconds of commands for which it is worth to make build containers anew; that takes about half of it. */
const WORTH = 1000;

/** Milliseconds that a RUN step took the last time; undefined where it has never come to its end. */
type Took = (stage: number, step: number) => number | undefined;

/**
 * Tells whether the images that a service was built with are a better start than what was made of them since: an edit was
 * taken back, and commands that take long need not run again.
 *
 * @param now what is stale in the build containers as they are
 * @param asBuilt what would be in new ones
 */
export function isBetterAsBuilt(now: readonly StaleStage[], asBuilt: readonly StaleStage[], took: Took): boolean {
  const [here, there] = [runsOf(now), runsOf(asBuilt)];
  const timeOf = (key: string): number => took(...(key.split('.').map(Number) as [number, number])) ?? WORTH;
  const timeWithout = (runs: Set<string>, others: Set<string>): number =>
    [...runs].filter((key) => !others.has(key)).reduce((sum, key) => sum + timeOf(key), 0);
  return timeWithout(here, there) - timeWithout(there, here) >= WORTH;
}

/** The RUN steps that would run, each as `stage.step`. */
const runsOf = (stale: readonly StaleStage[]): Set<string> =>
  new Set(
    stale.flatMap(({ input: { stage }, from }) =>
      stage.steps.flatMap(({ kind, index }) => (kind === 'run' && index >= from ? [`${stage.index}.${index}`] : [])),
    ),
  );
