/** What is waited for, in words for the user: for somebody who asked for the end and wonders. */
export class Waits {
  readonly #current = new Set<{ readonly what: string }>();

  /** The one of those that began last; undefined when there is none. */
  get latest(): string | undefined {
    return [...this.#current].at(-1)?.what;
  }

  async during<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const wait = { what };
    this.#current.add(wait);
    try {
      return await work();
    } finally {
      this.#current.delete(wait);
    }
  }
}
