import { type FSWatcher, lstatSync, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface TreeWatchOptions {
  /** Absolute path of the outermost directory. */
  readonly root: string;
  /** True for directories (absolute) that are not watched, nor anything below them. */
  readonly isLeftOut: (directory: string) => boolean;
  /** Something happened at this path (absolute), or below it. */
  readonly onEvent: (path: string) => void;
  /** The outermost directory itself was touched: it may be gone, or another one. */
  readonly onRoot: () => void;
  /** A directory (absolute) has no watch, and why. */
  readonly onUnwatched: (directory: string, code: string) => void;
  readonly onError: (error: Error) => void;
}

interface Watched {
  readonly watcher: FSWatcher | undefined;
  /** Tells the directory from another one that takes its place. */
  readonly identity: string;
  /** Directories in it (absolute). */
  readonly members: Set<string>;
}

/** Directories read at the same time. */
const CONCURRENCY = 32;

/** Errors of a single directory; the others go on being watched. */
const OF_DIRECTORY: readonly string[] = ['ENOSPC', 'EMFILE', 'EACCES', 'EPERM'];

/**
 * One watch of the operating system for each directory of a tree. A directory is watched before it is read, so that nothing
 * that happens in it goes unseen; one that comes later is told once it and all below it are watched.
 */
export class DirectoryWatches {
  readonly #options: TreeWatchOptions;
  /** By directory (absolute). */
  readonly #watched = new Map<string, Watched>();
  /** One tree at a time: what happens meanwhile is seen to afterwards. */
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: TreeWatchOptions) {
    this.#options = options;
  }

  /** Watches all directories that are there. */
  start(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#place(this.#options.root));
    return this.#queue;
  }

  close(): void {
    this.#closed = true;
    for (const { watcher } of this.#watched.values()) watcher?.close();
    this.#watched.clear();
  }

  /** Watches a directory and all below it; what is none, or is gone, is passed over. */
  async #place(root: string): Promise<void> {
    const left = [root];
    while (left.length > 0) {
      const below = await Promise.all(left.splice(-CONCURRENCY).map((directory) => this.#placeOne(directory)));
      for (const directory of below.flat()) left.push(directory);
    }
  }

  /** Gives the directories in it. */
  async #placeOne(directory: string): Promise<string[]> {
    if (this.#closed) return [];
    try {
      const members = this.#watch(directory);
      const entries = members ? await readdir(directory, { withFileTypes: true }) : [];
      const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
      const wanted = below.filter((path) => !this.#options.isLeftOut(path));
      for (const path of wanted) members?.add(path);
      return wanted;
    } catch (error) {
      this.#fail(directory, error);
      return [];
    }
  }

  /** Gives where its subdirectories are noted; undefined where there is no such directory. */
  #watch(directory: string): Set<string> | undefined {
    // before the watch: one that takes its place between the two is another one, then
    const identity = identityOf(directory);
    if (identity === undefined) return undefined;
    const members = new Set<string>();
    this.#watched.set(directory, { watcher: this.#open(directory), identity, members });
    return members;
  }

  /** Where there are no more watches, the directory is read all the same. */
  #open(directory: string): FSWatcher | undefined {
    try {
      const watcher = watch(directory, (type, name) => this.#onEvent(directory, { type, name }));
      watcher.on('error', this.#options.onError);
      return watcher;
    } catch (error) {
      this.#fail(directory, error);
      return undefined;
    }
  }

  #onEvent(directory: string, { type, name }: { type: string; name: string | null }): void {
    if (this.#closed) return;
    // what happens to a directory itself comes under its own name
    if (directory === this.#options.root && (name === null || name === basename(directory))) this.#options.onRoot();
    const path = name === null ? directory : join(directory, name);
    this.#options.onEvent(path);
    if (type === 'rename' && name !== null) this.#queue = this.#queue.then(() => this.#renew(directory, path));
  }

  /** A watch stays with its directory: another one that has the name now gets its own. */
  async #renew(directory: string, path: string): Promise<void> {
    const before = this.#watched.get(path);
    const identity = this.#closed ? undefined : identityOf(path);
    if (before?.identity === identity) return;
    this.#forget(path);
    const holder = this.#watched.get(directory);
    holder?.members.delete(path);
    // the directory that holds it may have gone meanwhile
    if (!holder || identity === undefined || this.#options.isLeftOut(path)) return;
    holder.members.add(path);
    await this.#place(path);
    // what came into it before its watch did
    if (!this.#closed) this.#options.onEvent(path);
  }

  #forget(path: string): void {
    const { watcher, members = [] } = this.#watched.get(path) ?? {};
    watcher?.close();
    this.#watched.delete(path);
    for (const member of members) this.#forget(member);
  }

  #fail(directory: string, error: unknown): void {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return;
    if (OF_DIRECTORY.includes(code)) this.#options.onUnwatched(directory, code);
    else this.#options.onError(error as Error);
  }
}

/** Undefined for what is no directory; a link to one is none. */
export function identityOf(directory: string): string | undefined {
  const stats = statsOf(directory);
  // the number alone may be given again at once
  return stats?.isDirectory() ? `${stats.dev} ${stats.ino} ${stats.birthtimeMs}` : undefined;
}

function statsOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
