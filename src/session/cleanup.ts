/** Things to undo at the end, last one first. One that fails does not hold the others. */
export class Cleanup {
  readonly #steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Gives what went wrong. */
  async run(): Promise<unknown[]> {
    const faults: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop())
      await step().catch((fault) => faults.push(fault));
    return faults;
  }
}
