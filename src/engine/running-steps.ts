import type { RunStep } from '../dockerfile/model.js';

/** RUN steps that are being carried out, by the number of their stage. */
export class RunningSteps {
  readonly #steps = new Set<{ readonly stage: number; readonly step: number }>();
  readonly #followers = new Set<(ended: AbortSignal) => void>();

  /** Carries out a step, and counts it as running meanwhile. */
  async during<Result>(stage: number, { index }: RunStep, work: () => Promise<Result>): Promise<Result> {
    const running = { stage, step: index };
    this.#steps.add(running);
    const end = new AbortController();
    for (const tell of this.#followers) tell(end.signal);
    try {
      return await work();
    } finally {
      end.abort();
      this.#steps.delete(running);
    }
  }

  /** Tells of each step that begins, with a signal that fires at its end. Gives what ends that. */
  follow(tell: (ended: AbortSignal) => void): () => void {
    this.#followers.add(tell);
    return () => void this.#followers.delete(tell);
  }

  /** True when one of them would be another one, or have other files, with these steps stale. */
  isConcerned(firstStale: ReadonlyMap<number, number>): boolean {
    return [...this.#steps].some(({ stage, step }) => (firstStale.get(stage) ?? Number.POSITIVE_INFINITY) <= step);
  }
}
