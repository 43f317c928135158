import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TreeWatchOptions } from './directory-watches.js';

/** One watch for a whole tree, where the operating system has such a thing: macOS and Windows. */
export class RecursiveWatch {
  readonly #options: TreeWatchOptions;
  #watcher: FSWatcher | undefined;

  constructor(options: TreeWatchOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { root, onError } = this.#options;
    this.#watcher = watch(root, { recursive: true }, (_type, name) => this.#onEvent(name));
    this.#watcher.on('error', onError);
  }

  close(): void {
    this.#watcher?.close();
  }

  #onEvent(name: string | null): void {
    const { root, onEvent, onRoot } = this.#options;
    // what happens to the tree as a whole has no name of its own
    if (name === null || dirname(name) === '.') onRoot();
    const path = name === null ? root : join(root, name);
    if (!this.#isBelowLeftOut(path)) onEvent(path);
  }

  #isBelowLeftOut(path: string): boolean {
    const { root, isLeftOut } = this.#options;
    for (let at = dirname(path); at.length > root.length; at = dirname(at)) if (isLeftOut(at)) return true;
    return false;
  }
}
