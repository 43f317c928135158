import type { StaleStage } from './plan.js';

/** Milliseconds of commands for which it is worth to make build containers anew; that takes about half of it. */
const WORTH = 1000;

/** Milliseconds that a RUN step took the last time; undefined where it has never come to its end. */
type Took = (stage: number, step: number) => number | undefined;

/**
 * Of other states that a service's build containers could be in, the one that is the better start for what is to be replayed:
 * an edit was taken back, and commands that take long need not run again. Undefined where none is worth the change.
 *
 * @param now what is stale in the build containers as they are
 * @param others what would be in each of the others
 */
export function betterStart(
  now: readonly StaleStage[],
  others: readonly (readonly StaleStage[])[],
  took: Took,
): number | undefined {
  const here = runsOf(now);
  const timeOf = (key: string): number => took(...(key.split('.').map(Number) as [number, number])) ?? WORTH;
  const timeWithout = (runs: Set<string>, without: Set<string>): number =>
    [...runs].filter((key) => !without.has(key)).reduce((sum, key) => sum + timeOf(key), 0);
  const spared = others.map(runsOf).map((there) => timeWithout(here, there) - timeWithout(there, here));
  const most = Math.max(...spared, 0);
  return most >= WORTH ? spared.indexOf(most) : undefined;
}

/** The RUN steps that would run, each as `stage.step`. */
const runsOf = (stale: readonly StaleStage[]): Set<string> =>
  new Set(
    stale.flatMap(({ input: { stage }, from }) =>
      stage.steps.flatMap(({ kind, index }) => (kind === 'run' && index >= from ? [`${stage.index}.${index}`] : [])),
    ),
  );
