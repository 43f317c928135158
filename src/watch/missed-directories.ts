import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface MissedOptions {
  /** Milliseconds after which a directory is looked at. */
  readonly after: number;
  /** True for a directory (absolute) that has a watch or is getting one, or is to have none. */
  readonly isSettled: (directory: string) => boolean;
  /** A directory has no watch, and will get none by itself. */
  readonly onMissed: () => void;
}

/**
 * Finds directories without a watch: the library reads a directory before it watches it, and one that is made in it between
 * the two goes unseen.
 */
export class MissedDirectories {
  readonly #options: MissedOptions;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: MissedOptions) {
    this.#options = options;
  }

  /** Looks for such ones in directories (absolute), twice: a new one gets its watch a moment later. */
  lookIn(directories: readonly string[], before?: () => void): void {
    this.#later(async () => {
      before?.();
      const found = await this.#unsettledIn(directories);
      if (found.length > 0) this.#later(async () => this.#lookAgain(found));
    });
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #lookAgain(found: readonly string[]): Promise<void> {
    const still = await this.#unsettledIn([...new Set(found.map((path) => join(path, '..')))]);
    if (still.some((path) => found.includes(path))) this.#options.onMissed();
  }

  async #unsettledIn(directories: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const directory of directories) {
      const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
      const paths = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
      found.push(...paths.filter((path) => !this.#options.isSettled(path)));
    }
    return found;
  }

  #later(look: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void look();
    }, this.#options.after);
    this.#timers.add(timer);
  }
}
