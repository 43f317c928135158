import type { Stats } from 'node:fs';

/** Which directory a path stands for: a watch stays with its directory when another one takes the path. */
export class DirectoryIdentities {
  readonly #known = new Map<string, string>();

  /** True when the path stood for another directory before. */
  note(path: string, { ino, birthtimeMs }: Stats): boolean {
    // the number alone may be given again at once
    const identity = `${ino} ${birthtimeMs}`;
    const before = this.#known.get(path);
    this.#known.set(path, identity);
    return before !== undefined && before !== identity;
  }

  get paths(): string[] {
    return [...this.#known.keys()];
  }

  has(path: string): boolean {
    return this.#known.has(path);
  }

  forget(path: string): void {
    this.#known.delete(path);
  }
}
