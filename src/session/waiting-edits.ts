import type { Arrival } from '../engine/phase-clock.js';
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
  #changes: TreeChange[] = [];
  #arrival: Arrival | undefined;
  /** The project's files have changed since they were read last. */
  #unread = false;
  /** How many changes there were when the project's files had been read. */
  #before = 0;
  /** What waits was edited while the image was built. */
  #duringBuild = false;

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }

  add(changes: readonly TreeChange[], arrival?: Arrival): void {
    for (const change of changes) this.#changes.push(change);
    this.#arrival ??= arrival;
  }

  /** The image is there now: what waits may be in it or not. */
  endBuild(): void {
    this.#duringBuild = !this.isEmpty;
  }

  hold(why: Hold): void {
    this.#holds.add(why);
    if (why === 'files') this.#unread = true;
  }

  /** There may be another reason to hold them, or the same once more. */
  release(why: Hold): void {
    if (why !== 'files' || !this.#unread) this.#holds.delete(why);
  }

  /**
   * The project's files are read from now on: with what is seen to change after this, they have to be read again. The
   * result is to be called when they were: what waits by then was edited together with them.
   */
  beginReading(): () => void {
    this.#unread = false;
    return () => {
      this.#before = this.#changes.length;
    };
  }

  /** True when there are changes that came after the project's files were read. */
  get hasLater(): boolean {
    return this.#changes.length > this.#before;
  }

  /** Gives all of them, and holds them no longer; undefined where there are none, or while they are held. */
  takeAll(): Edits | undefined {
    if (this.#holds.size > 0 || this.isEmpty) return undefined;
    const edits = { changes: this.#changes, arrival: this.#arrival, duringBuild: this.#duringBuild };
    this.#changes = [];
    this.#before = 0;
    this.#duringBuild = false;
    this.#arrival = undefined;
    return edits;
  }
}
