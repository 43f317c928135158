import type { Arrival } from '../engine/phase-clock.js';
import type { TreeChange } from '../watch/scan-context.js';

/** Why changes are held back. */
export type Hold = 'paused' | 'rebuild' | 'engine';

/** What is handed over together. */
export interface Edits {
  readonly changes: readonly TreeChange[];
  /** How the first of them came. */
  readonly arrival: Arrival | undefined;
}

/** Changes of a service's files that were not handed to its engine yet: there is none, or there is a reason to hold them. */
export class WaitingEdits {
  readonly #holds = new Set<Hold>();
  #changes: TreeChange[] = [];
  #arrival: Arrival | undefined;

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }

  add(changes: readonly TreeChange[], arrival?: Arrival): void {
    for (const change of changes) this.#changes.push(change);
    this.#arrival ??= arrival;
  }

  hold(why: Hold): void {
    this.#holds.add(why);
  }

  /** There may be another reason to hold them. */
  release(why: Hold): void {
    this.#holds.delete(why);
  }

  /** Gives all of them, and holds them no longer; undefined where there are none, or while they are held. */
  takeAll(): Edits | undefined {
    if (this.#holds.size > 0 || this.isEmpty) return undefined;
    const edits = { changes: this.#changes, arrival: this.#arrival };
    this.#changes = [];
    this.#arrival = undefined;
    return edits;
  }
}
