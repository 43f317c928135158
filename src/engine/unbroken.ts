/** Work that is carried out whatever comes once it has begun: files that land in a container, and what is taken back. */
export class Unbroken {
  #count = 0;
  #waiting: (() => void)[] = [];

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves when none of it is going on. */
  async idle(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
