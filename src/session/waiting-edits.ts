import type { Arrival } from '../engine/phase-clock.js';
import { systemClock } from '../watch/batch.js';
import { ChangeQueue } from '../watch/change-queue.js';
import type { TreeChange } from '../watch/scan-context.js';

/** Why changes are held back; `files`: files that decide what the service is have changed, and were not read since. */
export type Hold = 'paused' | 'rebuild' | 'engine' | 'files';

/** What is handed over together. */
export interface Edits {
  readonly changes: readonly TreeChange[];
  /** How the first of them came. */
  readonly arrival: Arrival | undefined;
  /** Among them is what was edited while the image was built. */
  readonly duringBuild: boolean;
}

/** Changes of a service's files that were not handed to its engine yet: there is none, or there is a reason to hold them. */
export class WaitingEdits {
  readonly #holds = new Set<Hold>();
  readonly #changes = new ChangeQueue();
  #arrival: Arrival | undefined;
  /** The project's files have changed since they were read last. */
  #unread = false;
  /** When the project's files were last seen to have changed: milliseconds of the clock. */
  #changedAt = Number.NEGATIVE_INFINITY;
  #hasLater = false;
  /** What waits was edited while the image was built. */
  #duringBuild = false;
  readonly #now: () => number;

  /** @param now milliseconds of the clock that arrivals are told by */
  constructor(now: () => number = systemClock.now) {
    this.#now = now;
  }

  get isEmpty(): boolean {
    return this.#changes.isEmpty;
  }

  add(changes: readonly TreeChange[], arrival?: Arrival): void {
    this.#changes.add(changes);
    this.#arrival ??= arrival;
    // one that no event told of has come when it was found: better pushed early than left until the next save
    if ((arrival?.first ?? this.#now()) > this.#changedAt) this.#hasLater = true;
  }

  /** The image is there now: what waits may be in it or not. */
  endBuild(): void {
    this.#duringBuild = !this.isEmpty;
  }

  hold(why: Hold): void {
    this.#holds.add(why);
    if (why !== 'files') return;
    this.#unread = true;
    this.#changedAt = this.#now();
    this.#hasLater = false;
  }

  /** There may be another reason to hold them, or the same once more. */
  release(why: Hold): void {
    if (why !== 'files' || !this.#unread) this.#holds.delete(why);
  }

  /** The project's files are read from now on: with what is seen to change after this, they have to be read again. */
  beginReading(): void {
    this.#unread = false;
  }

  /** True when some of what waits was edited after the project's files, and not together with them. */
  get hasLater(): boolean {
    return this.#hasLater;
  }

  /** Gives all of them, and holds them no longer; undefined where there are none, or while they are held. */
  takeAll(): Edits | undefined {
    if (this.#holds.size > 0 || this.isEmpty) return undefined;
    const edits = { changes: this.#changes.takeAll(), arrival: this.#arrival, duringBuild: this.#duringBuild };
    this.#hasLater = false;
    this.#duringBuild = false;
    this.#arrival = undefined;
    return edits;
  }
}
