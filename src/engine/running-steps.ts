import type { RunStep } from '../dockerfile/model.js';

/** RUN steps that are being carried out, by the number of their stage. */
export class RunningSteps {
  readonly #steps = new Set<{ readonly stage: number; readonly step: number }>();

  /** Carries out a step, and counts it as running meanwhile. */
  async during<Result>(stage: number, { index }: RunStep, work: () => Promise<Result>): Promise<Result> {
    const running = { stage, step: index };
    this.#steps.add(running);
    try {
      return await work();
    } finally {
      this.#steps.delete(running);
    }
  }

  /** True when one of them would be another one, or have other files, with these steps stale. */
  isConcerned(firstStale: ReadonlyMap<number, number>): boolean {
    return [...this.#steps].some(({ stage, step }) => (firstStale.get(stage) ?? Number.POSITIVE_INFINITY) <= step);
  }
}
