import { drawCases } from './draw.js';
import { playCases } from './play-cases.js';
import { type Failure, shrinkFailure } from './shrink.js';

export interface SearchOptions {
  readonly seed: number;
  /** Cases. */
  readonly runs: number;
  /** Cases in one compose project. */
  readonly width: number;
  /** Milliseconds spent on making one failure smaller; none are with 0. */
  readonly shrinkTime: number;
  /** True: the first failure ends the search. */
  readonly failFast: boolean;
  /** Ends the search after the cases that are being played. */
  readonly signal?: AbortSignal;
  readonly onProgress: (line: string) => void;
  readonly onFailure: (failure: Failure) => void;
}

export interface SearchResult {
  readonly failures: readonly Failure[];
  readonly summary: string;
}

/** Plays the first cases of a seed, and makes those that fail small. */
export async function search(options: SearchOptions): Promise<SearchResult> {
  const { seed, runs, width, shrinkTime, failFast, signal, onProgress, onFailure } = options;
  const started = performance.now();
  const drawn = drawCases(seed, runs);
  const failures: Failure[] = [];
  const count = { played: 0, unbuildable: 0, checked: 0, refused: 0 };
  const line = () => {
    const seconds = Math.round((performance.now() - started) / 1000);
    const { played, unbuildable, checked, refused } = count;
    const edits = `${checked} states equal to a clean build, ${refused} that no build takes`;
    return `seed ${seed}: ${played}/${runs} cases (${unbuildable} not buildable), ${edits}, ${failures.length} failures, ${seconds} s`;
  };
  for (let at = 0; at < drawn.length && !signal?.aborted; at += width) {
    const group = drawn.slice(at, at + width);
    const results = await playCases(group.map(({ input }) => input));
    count.played += group.length;
    for (const [index, result] of results.entries()) {
      const { verdict } = result;
      if (verdict.kind === 'unbuildable') count.unbuildable++;
      if (verdict.kind === 'equal') {
        count.checked += verdict.checked;
        count.refused += verdict.refused;
      }
      const own = group[index];
      if (verdict.kind !== 'wrong' || !own) continue;
      const small = await shrinkFailure({ ...result, drawn: own }, { width, time: shrinkTime });
      failures.push(small);
      onFailure(small);
      if (failFast) return { failures, summary: line() };
    }
    onProgress(line());
  }
  return { failures, summary: line() };
}
