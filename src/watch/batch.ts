/** Timers as an argument, so that a test can turn the clock. */
export interface Clock {
  now(): number;
  /** Calls back once after so many milliseconds; the result cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** Calls back after the events of the file system that had come by then: a busy event loop has its timers first, events next. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    let events: NodeJS.Immediate | undefined;
    const timer = setTimeout(() => {
      events = setImmediate(callback);
    }, ms);
    return () => {
      clearTimeout(timer);
      clearImmediate(events);
    };
  },
};

/** Times in milliseconds. */
export interface BatchWindow {
  /** Paths are handed over when nothing was added for this long … */
  readonly quiet: number;
  /** … or this long after the first one, while more keep coming. */
  readonly cap: number;
}

/** When the events of a batch came, in milliseconds of its clock. */
export interface BatchTimes {
  readonly first: number;
  readonly last: number;
  /** When it had been quiet for long enough. */
  readonly quiet: number;
}

/** Paths in a batch from which on it is a burst (a branch switch, say): twice as many, and all times are twice as long … */
const BURST = 100;
/** … but no longer than so many times: a burst that is cut is pushed in parts, and nothing of it twice. */
const MOST = 4;

/** Gathers paths until it is quiet, then hands them over as one set. */
export class Batch {
  readonly #clock: Clock;
  readonly #window: BatchWindow;
  readonly #flush: (paths: Set<string>, times: BatchTimes) => void;
  #paths = new Set<string>();
  #firstAt = 0;
  #lastAt = 0;
  /** A burst that was cut, or paused for a moment, goes on in the next batch. */
  #burst = { factor: 1, until: Number.NEGATIVE_INFINITY };
  #cancel: (() => void) | undefined;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock, window: BatchWindow, flush: (paths: Set<string>, times: BatchTimes) => void) {
    this.#clock = clock;
    this.#window = window;
    this.#flush = flush;
  }

  add(path: string): void {
    this.#lastAt = this.#clock.now();
    if (this.#paths.size === 0) this.#firstAt = this.#lastAt;
    this.#paths.add(path);
    this.#cancel?.();
    const factor = this.#factor();
    const left = this.#firstAt + this.#window.cap * factor - this.#lastAt;
    const wait = Math.min(this.#window.quiet * factor, left);
    this.#cancel = this.#clock.after(Math.max(0, wait), () => this.#handOver());
  }

  /** Resolves when all that was added so far has been handed over. */
  handedOver(): Promise<void> {
    if (this.#paths.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Drops what was gathered. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#paths = new Set();
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** How many times as long as for a single path everything takes. */
  #factor(): number {
    const own = Math.min(MOST, Math.max(1, this.#paths.size / BURST));
    return this.#lastAt < this.#burst.until ? Math.max(own, this.#burst.factor) : own;
  }

  #handOver(): void {
    const factor = this.#factor();
    if (factor > 1) this.#burst = { factor, until: this.#clock.now() + this.#window.quiet * factor };
    const paths = this.#paths;
    this.#paths = new Set();
    this.#cancel = undefined;
    this.#flush(paths, { first: this.#firstAt, last: this.#lastAt, quiet: this.#clock.now() });
    this.#release();
  }
}
