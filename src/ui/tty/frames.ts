/** Runs something after so many milliseconds; gives a function that calls it off. */
export type After = (ms: number, run: () => void) => () => void;

/** The timers of the system. */
export const systemAfter: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** Draws at most so often, and only when asked. */
export class Frames {
  readonly #draw: () => void;
  readonly #clock: () => number;
  readonly #after: After;
  #callOff = (): void => {};
  #due = Number.POSITIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** `clock` gives milliseconds. */
  constructor(options: { readonly draw: () => void; readonly clock: () => number; readonly after: After }) {
    this.#draw = options.draw;
    this.#clock = options.clock;
    this.#after = options.after;
  }

  /** Asks for a frame after so many milliseconds, at once if none was drawn lately; the sooner request wins. */
  request(delay = 0): void {
    const now = this.#clock();
    const due = Math.max(now + delay, this.#lastAt + frameMs);
    if (due >= this.#due) return;
    this.stop();
    this.#due = due;
    this.#callOff = this.#after(due - now, () => this.#now());
  }

  /** Forgets what was asked for. */
  stop(): void {
    this.#callOff();
    this.#due = Number.POSITIVE_INFINITY;
  }

  #now(): void {
    this.stop();
    this.#lastAt = this.#clock();
    this.#draw();
  }
}

const frameMs = 33;
