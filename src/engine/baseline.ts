import { type ContextEntry, type ContextTree, sameEntry } from '../plan/context-tree.js';
import type { TreeChange } from '../watch/scan-context.js';

/** What changed in a context since the image of a service was built: all that a new container of it has not seen. */
export class Baseline {
  readonly #tree: ContextTree;
  /** What the image holds of each path. */
  readonly #first = new Map<string, ContextEntry | undefined>();
  /** Paths that changed while the build may have been reading them: nobody knows what the image holds. */
  readonly #unsure = new Set<string>();

  constructor(tree: ContextTree) {
    this.#tree = tree;
  }

  /** @param duringBuild the build may have seen the path before or after the change */
  add(changes: readonly TreeChange[], { duringBuild }: { duringBuild: boolean }): void {
    for (const { path, before } of changes) {
      if (duringBuild) this.#unsure.add(path);
      if (!this.#first.has(path)) this.#first.set(path, before);
      else if (this.#isAsBuilt(path)) this.#first.delete(path);
    }
  }

  /** From the image to now. */
  changes(): TreeChange[] {
    return Array.from(this.#first, ([path, before]) => ({ path, before, after: this.#tree.get(path) })).filter(
      ({ path }) => !this.#isAsBuilt(path),
    );
  }

  /**
   * From what was seen earlier to now.
   *
   * @param seen of the paths that differed from the image then
   * @param unsure paths of which nobody knows what was seen
   */
  changesSince(seen: ReadonlyMap<string, ContextEntry | undefined>, unsure: ReadonlySet<string>): TreeChange[] {
    const changes: TreeChange[] = [];
    for (const path of new Set([...this.#first.keys(), ...seen.keys(), ...unsure])) {
      const after = this.#tree.get(path);
      const built = this.#first.has(path) ? this.#first.get(path) : after;
      const before = seen.has(path) ? seen.get(path) : built;
      if (unsure.has(path) || !sameEntry(before, after)) changes.push({ path, before, after });
    }
    return changes;
  }

  #isAsBuilt(path: string): boolean {
    return !this.#unsure.has(path) && sameEntry(this.#first.get(path), this.#tree.get(path));
  }
}
