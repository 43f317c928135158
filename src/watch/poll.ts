import type { Clock } from './batch.js';

/** Milliseconds between two looks at what cannot be watched. */
const INTERVAL = 500;
/** A look that takes long is followed by a rest of so many times its length: at most a tenth of a processor goes into it. */
const REST = 9;

/** Looks again and again, one look after the other. */
export class Poll {
  readonly #clock: Clock;
  readonly #look: () => Promise<void>;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock, look: () => Promise<void>) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Begins, unless it has begun. */
  start(): void {
    if (!this.#cancel) this.#next(INTERVAL);
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #next(ms: number): void {
    if (this.#closed) return;
    this.#cancel = this.#clock.after(ms, () => void this.#lookAndRest());
  }

  async #lookAndRest(): Promise<void> {
    const started = this.#clock.now();
    await this.#look();
    this.#next(Math.max(INTERVAL, REST * (this.#clock.now() - started)));
  }
}
