import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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
  #due = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: MissedOptions) {
    this.#options = options;
  }

  /** Looks for such ones in directories (absolute), twice: a new one gets its watch a moment later. */
  lookIn(directories: readonly string[]): void {
    for (const directory of directories) this.#due.add(directory);
    this.#begin();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** What comes while a look is waited for is left to the next one: none is looked at too early. */
  #begin(): void {
    if (this.#timer || this.#closed || this.#due.size === 0) return;
    const due = this.#due;
    this.#due = new Set();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
      void this.#look(due);
    }, this.#options.after);
  }

  async #look(directories: ReadonlySet<string>): Promise<void> {
    const found = await this.#unsettledIn(directories);
    if (found.length === 0) return;
    await delay(this.#options.after, undefined, { ref: false });
    const still = await this.#unsettledIn(new Set(found.map((path) => dirname(path))));
    if (!this.#closed && still.some((path) => found.includes(path))) this.#options.onMissed();
  }

  async #unsettledIn(directories: ReadonlySet<string>): Promise<string[]> {
    const found: string[] = [];
    for (const directory of directories) {
      const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
      const paths = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
      found.push(...paths.filter((path) => !this.#options.isSettled(path)));
    }
    return found;
  }
}
