import type { ContextEntry, ContextTree } from '../plan/context-tree.js';
import type { TreeChange } from '../watch/scan-context.js';
import type { Baseline } from './baseline.js';
import { betterState } from './better-state.js';
import type { BuildContainers } from './build-container/build-containers.js';
import type { ContainerSet } from './build-container/container-set.js';

/** How many states are kept besides the present one: each is a container for every stage. */
const MOST = 2;

/** What build containers had seen of the context when a push had ended well. */
interface Seen {
  /** Of the paths that differed from the images then. */
  readonly entries: ReadonlyMap<string, ContextEntry | undefined>;
  /** Paths that were edited during the push, perhaps before they were read. */
  readonly unsure: ReadonlySet<string>;
}

/** Build containers that are not in use at the moment. */
interface EarlierState extends Seen {
  readonly set: ContainerSet;
}

interface Choice {
  readonly tree: ContextTree;
  readonly build: BuildContainers;
}

/** States of a service's build containers that may come back: a branch that is switched to once more. */
export class EarlierStates {
  readonly #baseline: Baseline;
  #states: EarlierState[] = [];
  /** By the present build containers. */
  #seen: Seen | undefined;

  constructor(baseline: Baseline) {
    this.#baseline = baseline;
  }

  /**
   * Takes out the state that the next push had better begin with: an earlier one, or, without `set`, that of the images.
   * Undefined for the present one. `changes` is what it has not seen.
   */
  choose({ tree, build }: Choice): { set: ContainerSet | undefined; changes: readonly TreeChange[] } | undefined {
    const states = [undefined, ...this.#states];
    const since = states.map((state) => (state ? this.#changesSince(state) : this.#baseline.changes()));
    const chosen = betterState({ tree, targets: build.all, others: since, took: (...step) => build.took(...step) });
    if (chosen === undefined) return undefined;
    const state = states[chosen];
    this.#states = this.#states.filter((other) => other !== state);
    return { set: state?.set, changes: since[chosen] ?? [] };
  }

  /** @param unsure paths that were edited during the last push; left out where it did not end well */
  settle(unsure: readonly string[] | undefined): void {
    this.#seen = undefined;
    if (!unsure) return;
    const entries = new Map(this.#baseline.changes().map(({ path, after }) => [path, after]));
    this.#seen = { entries, unsure: new Set(unsure) };
  }

  #changesSince({ entries, unsure }: EarlierState): TreeChange[] {
    return this.#baseline.changesSince(entries, unsure);
  }

  /**
   * Keeps what was the present state until now; one that is kept longest goes.
   *
   * @param isWhole false: a push in it did not end well, and it goes as well
   */
  async keep(set: ContainerSet, isWhole: boolean): Promise<void> {
    const seen = this.#seen;
    this.#seen = undefined;
    if (!isWhole || !seen || set.isEmpty) return set.remove();
    this.#states.unshift({ ...seen, set });
    await this.#states.splice(MOST)[0]?.set.remove();
  }

  /** Removes all of them. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#states.splice(0).map(({ set }) => set.remove()));
  }
}
