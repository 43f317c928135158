import type { Clock } from '../watch/batch.js';

/** What has to be seen to while a session runs. Several causes at once are one errand. */
export interface Errand {
  /** Files that the project is made of have changed. */
  readonly reload: boolean;
  /** Something happened to containers. */
  readonly look: boolean;
  /** The engine was away: what ran has to run again. */
  readonly revive: boolean;
  /** Services to build anew, and why. */
  readonly rebuild: ReadonlyMap<string, string>;
  /** Services whose containers were restarted: some that depend on them are to be as well. */
  readonly restarted: ReadonlySet<string>;
}

const nothing: Errand = { reload: false, look: false, revive: false, rebuild: new Map(), restarted: new Set() };

const together = (one: Errand, more: Partial<Errand>): Errand => ({
  reload: one.reload || more.reload === true,
  look: one.look || more.look === true,
  revive: one.revive || more.revive === true,
  rebuild: new Map([...one.rebuild, ...(more.rebuild ?? [])]),
  restarted: new Set([...one.restarted, ...(more.restarted ?? [])]),
});

/** Milliseconds from a failure to the next try: doubled each time, up to the longest. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

interface ErrandsOptions {
  readonly run: (errand: Errand) => Promise<void>;
  /** Told why an errand failed; it is tried again. */
  readonly onFault: (error: unknown) => void;
  readonly clock: Clock;
}

/**
 * Does one errand at a time; what is asked for meanwhile is gathered for the next one. One that fails is tried again, with
 * all else that was asked for by then.
 */
export class Errands {
  readonly #options: ErrandsOptions;
  #next: Errand | undefined;
  #failed: Errand | undefined;
  #wait = FIRST_WAIT;
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: ErrandsOptions) {
    this.#options = options;
  }

  /** Resolves when it is done, with all that was asked for before, or has failed. */
  async ask(more: Partial<Errand>): Promise<void> {
    if (this.#closed) return;
    this.#next = together(this.#next ?? nothing, more);
    this.#running ??= this.#work();
    await this.#running;
  }

  /** Tries again now what has failed, if anything. */
  async tryAgain(): Promise<void> {
    if (this.#failed) await this.ask({});
  }

  /** Drops what waits, and resolves when nothing is being done any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#running;
  }

  async #work(): Promise<void> {
    while (this.#next && !this.#closed) {
      const errand = together(this.#failed ?? nothing, this.#next);
      this.#next = undefined;
      this.#failed = undefined;
      this.#cancel?.();
      await this.#try(errand);
    }
    this.#running = undefined;
  }

  async #try(errand: Errand): Promise<void> {
    const { run, onFault, clock } = this.#options;
    try {
      await run(errand);
      this.#wait = FIRST_WAIT;
    } catch (error) {
      onFault(error);
      this.#failed = errand;
      this.#cancel = clock.after(this.#wait, () => void this.tryAgain());
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    }
  }
}
