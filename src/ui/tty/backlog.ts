/** Lines that wait for the next frame. There is an end to how many: of too many the oldest are left out. */
export class Backlog {
  #lines: string[] = [];
  #first = 0;
  #leftOut = 0;

  get size(): number {
    return this.#lines.length - this.#first;
  }

  add(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line);
    const over = this.size - mostWaiting;
    if (over > 0) this.#drop(over);
  }

  /** The oldest lines, as many as go into one frame. */
  take(): string[] {
    const taken = this.#lines.slice(this.#first, this.#first + mostInFrame);
    this.#first += taken.length;
    this.#compact();
    if (this.#leftOut === 0) return taken;
    const notice = `... ${this.#leftOut} lines left out: the terminal is too slow for them`;
    this.#leftOut = 0;
    return [notice, ...taken];
  }

  #drop(count: number): void {
    this.#first += count;
    this.#leftOut += count;
    this.#compact();
  }

  #compact(): void {
    if (this.#first < mostWaiting) return;
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }
}

/** What a terminal takes in a thirtieth of a second without keys waiting for it. */
export const mostInFrame = 1_000;
const mostWaiting = 5_000;
