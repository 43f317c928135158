import type { Stage } from '../dockerfile/model.js';
import { readByStages } from '../engine/stage-changes.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { TreeChange } from '../watch/scan-context.js';

/** What was edited before all images of a service had read its context: with some of it, they do not fit together. */
export class EarlyEdits {
  /** With when the first event of them came; undefined where no event told of them. */
  #edits: { readonly change: TreeChange; readonly cameAt: number | undefined }[] | undefined = [];
  #isMixed = false;

  /** Why the service has to be built anew, if it has. */
  get reason(): string | undefined {
    return this.#isMixed ? 'files were edited while its images were built' : undefined;
  }

  add(changes: readonly TreeChange[], cameAt: number | undefined): void {
    for (const change of changes) this.#edits?.push({ change, cameAt });
  }

  /** Nothing of it matters any more. */
  forget(): void {
    this.#edits = undefined;
  }

  /** The images read the context no more since `readAt`: what stages are made of must not have been edited by then. */
  settle(tree: ContextTree, stages: readonly Stage[], readAt: number): void {
    const early = (this.#edits ?? []).filter(({ cameAt }) => cameAt === undefined || cameAt <= readAt);
    this.#isMixed = readByStages(
      tree,
      stages,
      early.map(({ change }) => change),
    );
    this.forget();
  }
}
