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

/** Does one errand at a time; what is asked for meanwhile is gathered for the next one. */
export class Errands {
  readonly #run: (errand: Errand) => Promise<void>;
  #next: Errand | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  /** @param run must not throw */
  constructor(run: (errand: Errand) => Promise<void>) {
    this.#run = run;
  }

  /** Resolves when it is done, with all that was asked for before. */
  async ask(more: Partial<Errand>): Promise<void> {
    if (this.#closed) return;
    const next = this.#next ?? nothing;
    this.#next = {
      reload: next.reload || more.reload === true,
      look: next.look || more.look === true,
      revive: next.revive || more.revive === true,
      rebuild: new Map([...next.rebuild, ...(more.rebuild ?? [])]),
      restarted: new Set([...next.restarted, ...(more.restarted ?? [])]),
    };
    this.#running ??= this.#work();
    await this.#running;
  }

  /** Drops what waits, and resolves when nothing is being done any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #work(): Promise<void> {
    while (this.#next && !this.#closed) {
      const errand = this.#next;
      this.#next = undefined;
      await this.#run(errand);
    }
    this.#running = undefined;
  }
}
