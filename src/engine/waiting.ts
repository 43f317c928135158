import { ChangeQueue } from '../watch/change-queue.js';
import type { TreeChange } from '../watch/scan-context.js';
import type { Arrival } from './phase-clock.js';

/** A container that is as its image was built. */
export interface Newcomer {
  readonly id: string;
  /** The first step that has copied something from an earlier stage which is not so any more; undefined where there is none. */
  readonly staleCopy: number | undefined;
}

/** What the next push is to begin with. */
export interface Awaited {
  readonly changes: readonly TreeChange[];
  readonly newcomers: readonly Newcomer[];
  /** Containers have something to catch up with, whatever else comes. */
  readonly unfinished: boolean;
  /** How the first change came. */
  readonly arrival: Arrival | undefined;
}

/** What has come since the last push began, and waits for the next one. */
export class Waiting {
  readonly #changes = new ChangeQueue();
  #newcomers: Newcomer[] = [];
  #unfinished = false;
  #arrival: Arrival | undefined;

  get isEmpty(): boolean {
    return this.#changes.isEmpty && this.#newcomers.length === 0 && !this.#unfinished;
  }

  get hasChanges(): boolean {
    return !this.#changes.isEmpty;
  }

  get paths(): string[] {
    return this.#changes.paths;
  }

  /** Ids of the containers that are to be taken in. */
  get newcomers(): readonly string[] {
    return this.#newcomers.map(({ id }) => id);
  }

  add(changes: readonly TreeChange[], arrival: Arrival | undefined): void {
    this.#changes.add(changes);
    this.#arrival ??= arrival;
  }

  adopt(newcomers: readonly Newcomer[]): void {
    this.#newcomers.push(...newcomers);
  }

  drop(containerId: string): void {
    this.#newcomers = this.#newcomers.filter(({ id }) => id !== containerId);
  }

  /** Takes note of whether earlier pushes have left something undone. */
  resume(unfinished: boolean): void {
    this.#unfinished = unfinished;
  }

  /** Gives all of it; from now on it is the next push but one that things wait for. */
  takeAll(): Awaited {
    const all = {
      changes: this.#changes.takeAll(),
      newcomers: this.#newcomers,
      unfinished: this.#unfinished,
      arrival: this.#arrival,
    };
    this.#newcomers = [];
    this.#unfinished = false;
    this.#arrival = undefined;
    return all;
  }
}
