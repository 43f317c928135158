import type { Waits } from './waits.js';

/** Things to undo at the end, last one first. One that fails does not hold the others. */
export class Cleanup {
  readonly #waits: Waits;
  readonly #steps: { readonly what: string; readonly undo: () => Promise<unknown> }[] = [];

  constructor(waits: Waits) {
    this.#waits = waits;
  }

  /** @param what is waited for, as in `Waiting for …` */
  add(what: string, undo: () => Promise<unknown>): void {
    this.#steps.push({ what, undo });
  }

  /** Gives what went wrong. */
  async run(): Promise<unknown[]> {
    const faults: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop())
      await this.#waits.during(step.what, step.undo).catch((fault) => faults.push(fault));
    return faults;
  }
}
