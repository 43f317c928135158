import type { ContextEntry } from '../plan/context-tree.js';
import type { TreeChange } from './scan-context.js';

/** What a path was at some time, of all that a container may have of it, and what it is now. */
interface Waiting {
  readonly were: (ContextEntry | undefined)[];
  readonly after: ContextEntry | undefined;
}

/**
 * Changes that wait. Of those of one path, each kind of thing that it was in between is kept, and not each content: a push
 * that was running may have brought it.
 */
export class ChangeQueue {
  #waiting = new Map<string, Waiting>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  get paths(): string[] {
    return [...this.#waiting.keys()];
  }

  add(changes: readonly TreeChange[]): void {
    for (const { path, before, after } of changes) {
      const were = this.#waiting.get(path)?.were ?? [];
      if (!were.some((entry) => isAlike(entry, before))) were.push(before);
      this.#waiting.set(path, { were, after });
    }
  }

  takeAll(): TreeChange[] {
    const all = [...this.#waiting].flatMap(([path, { were, after }]) =>
      were.map((before) => ({ path, before, after })),
    );
    this.#waiting = new Map();
    return all;
  }
}

/** True for entries that leave the same places behind in a container. */
function isAlike(one: ContextEntry | undefined, other: ContextEntry | undefined): boolean {
  if (one?.kind === 'link' && other?.kind === 'link') return one.target === other.target;
  if (one?.kind !== 'file' || other?.kind !== 'file') return one?.kind === other?.kind;
  return JSON.stringify(one.archive) === JSON.stringify(other.archive);
}
