import type { Stage } from '../dockerfile/model.js';
import { readByStages } from '../engine/stage-changes.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { TreeChange } from '../watch/scan-context.js';

/** What was edited before all images of a service had read its context: with some of it, they do not fit together. */
export class EarlyEdits {
  #changes: TreeChange[] | undefined = [];
  #isMixed = false;

  /** Why the service has to be built anew, if it has. */
  get reason(): string | undefined {
    return this.#isMixed ? 'files were edited while its images were built' : undefined;
  }

  add(changes: readonly TreeChange[]): void {
    for (const change of changes) this.#changes?.push(change);
  }

  /** Nothing of it matters any more. */
  forget(): void {
    this.#changes = undefined;
  }

  /** The images read the context no more: what stages are made of must not have been edited by then. */
  settle(tree: ContextTree, stages: readonly Stage[]): void {
    this.#isMixed = readByStages(tree, stages, this.#changes ?? []);
    this.forget();
  }
}
