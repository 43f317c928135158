/** Milliseconds after a restart within which the next one belongs to the same series of saves. */
const SERIES = 300;
/** Milliseconds that a restart in a series waits for one more save: what editors and formatters save in a row comes faster. */
const PAUSE = 35;
/** Milliseconds after which a series gets a restart though it goes on. */
const LONGEST = 2000;

/** When a container is restarted in a series of saves: at the first one, at the last, and between them only now and then. */
export class RestartPace {
  #last = Number.NEGATIVE_INFINITY;
  #since: number | undefined;

  /** Milliseconds to wait for another save before a restart that is due at `now` (milliseconds of any clock). */
  pause(now: number): number {
    if (this.#since === undefined && now - this.#last > SERIES) return 0;
    this.#since ??= now;
    return now - this.#since < LONGEST ? PAUSE : 0;
  }

  restarted(now: number): void {
    this.#last = now;
    this.#since = undefined;
  }
}
