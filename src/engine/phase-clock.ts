import type { PushPhases } from '../events.js';

/** The way of a change up to its push; times in milliseconds of one clock. */
export interface Arrival {
  /** The first and the last file event. */
  readonly first: number;
  readonly last: number;
  /** When it had been quiet for long enough. */
  readonly quiet: number;
  /** When the disk had been looked at. */
  readonly looked: number;
}

/** A part of the work on a push. */
export type WorkPhase = 'plan' | 'copy' | 'run' | 'restart';

const ORDER: readonly WorkPhase[] = ['plan', 'copy', 'run', 'restart'];

/**
 * Splits the time from the first file event to the end of a push into phases. A moment belongs to one phase only, so that
 * they add up: while containers are at different ones, to the earliest.
 */
export class PhaseClock {
  readonly #now: () => number;
  readonly #spent: Record<WorkPhase, number> = { plan: 0, copy: 0, run: 0, restart: 0 };
  readonly #active: Record<WorkPhase, number> = { plan: 0, copy: 0, run: 0, restart: 0 };
  readonly #before: Pick<PushPhases, 'event' | 'quiet' | 'look' | 'wait'>;
  #phase: WorkPhase = 'plan';
  #since: number;

  /** @param arrival left out for changes that no file event told of */
  constructor(now: () => number, arrival?: Arrival) {
    this.#now = now;
    this.#since = now();
    const { first, last, quiet, looked } = arrival ?? {
      first: this.#since,
      last: this.#since,
      quiet: this.#since,
      looked: this.#since,
    };
    this.#before = { event: last - first, quiet: quiet - last, look: looked - quiet, wait: this.#since - looked };
  }

  /** Does a piece of work that counts for a phase. */
  async during<Result>(phase: WorkPhase, work: () => Promise<Result>): Promise<Result> {
    this.#change(phase, 1);
    try {
      return await work();
    } finally {
      this.#change(phase, -1);
    }
  }

  /** Milliseconds so far, to a tenth. */
  read(): PushPhases {
    this.#settle();
    const { event, quiet, look, wait } = this.#before;
    const { plan, copy, run, restart } = this.#spent;
    const phases = { event, quiet, look, wait, plan, copy, run, restart };
    for (const name of Object.keys(phases) as (keyof PushPhases)[]) phases[name] = Math.round(phases[name] * 10) / 10;
    return phases;
  }

  #change(phase: WorkPhase, by: 1 | -1): void {
    this.#settle();
    this.#active[phase] += by;
    // between two pieces of work, time goes on counting for the last one
    this.#phase = ORDER.find((each) => this.#active[each] > 0) ?? this.#phase;
  }

  #settle(): void {
    const now = this.#now();
    this.#spent[this.#phase] += now - this.#since;
    this.#since = now;
  }
}
