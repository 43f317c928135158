/** Milliseconds that work may go on without giving way: signals and keys are answered within it. */
const SLICE = 20;

/** Lets everything else have its turn now and then, in work that does not wait for anything. */
export class Breather {
  #since = performance.now();

  /** True when it is time to. */
  get isDue(): boolean {
    return performance.now() - this.#since >= SLICE;
  }

  async breathe(): Promise<void> {
    await new Promise(setImmediate);
    this.#since = performance.now();
  }
}
