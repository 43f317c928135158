import { type Drawn, shrunk } from './draw.js';
import { type Played, playCases } from './play-cases.js';

export interface Failure extends Played {
  readonly drawn: Drawn;
}

export interface ShrinkLimits {
  /** Smaller forms that are tried at the same time. */
  readonly width: number;
  /** Milliseconds after which the smallest form so far is it. */
  readonly time: number;
}

/** Looks for a smaller case that goes wrong as well, several at a time, until nothing can be left out any more. */
export async function shrinkFailure(failure: Failure, { width, time }: ShrinkLimits): Promise<Failure> {
  const end = performance.now() + time;
  const tried = new Set([failure.text]);
  let smallest = failure;
  let candidates = shrunk(failure.drawn);
  let at = 0;
  // What could not be left out before a success is tried again only when the end of the list was reached.
  for (let since = 0; since < candidates.length && performance.now() < end; ) {
    const group = Array.from(
      { length: Math.min(width, candidates.length - since) },
      (_, i) => (at + i) % candidates.length,
    );
    const found = await firstFailure(
      group.map((i) => candidates[i] as Drawn),
      tried,
    );
    at += group.length;
    since += group.length;
    if (!found) continue;
    smallest = found.failure;
    at = group[found.index] as number;
    since = 0;
    candidates = shrunk(smallest.drawn);
  }
  return smallest;
}

async function firstFailure(
  candidates: readonly Drawn[],
  tried: Set<string>,
): Promise<{ failure: Failure; index: number } | undefined> {
  const played = await playCases(
    candidates.map(({ input }) => input),
    tried,
  );
  const index = played.findIndex(({ verdict }) => verdict.kind === 'wrong');
  for (const { text } of played) tried.add(text);
  const [found, drawn] = [played[index], candidates[index]];
  return found && drawn && { failure: { ...found, drawn }, index };
}

/** A failure as text, with how to see it again. */
export function reportFailure({ drawn: { seed, path }, text, verdict }: Failure): string {
  const found = verdict.kind === 'wrong' ? [`after edit ${verdict.burst}:`, ...verdict.findings] : [];
  return [`npm run fuzz -- --seed ${seed} --path ${path}`, text, ...found].join('\n');
}
