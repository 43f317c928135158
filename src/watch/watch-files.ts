import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { awaitFolder } from './await-folder.js';
import { Batch, type BatchWindow, systemClock } from './batch.js';
import { followContext } from './follow-context.js';
import { ignoreNothing } from './ignore.js';
import { linkPlaces } from './link-places.js';
import type { ContextWatcher } from './watch-context.js';

interface WatchFilesOptions {
  readonly window: BatchWindow;
  /** The content of at least one of the files is another now; one that came or went counts. */
  readonly onChange: () => void;
  readonly onError: (error: Error) => void;
}

/** A folder that is watched, and where it was then. */
interface WatchedFolder {
  readonly root: string;
  readonly watcher: ContextWatcher;
}

/** Follows single files, wherever they are and whatever links lead to them; they need not be there. */
export class FileWatch {
  readonly #options: WatchFilesOptions;
  readonly #batch: Batch;
  readonly #digests = new Map<string, string | undefined>();
  /** Where to look for an event about each file: see `linkPlaces`. */
  readonly #places = new Map<string, readonly string[]>();
  /** What cannot stay the same when a content changes, of files that were found to be as they were told. */
  readonly #marks = new Map<string, string>();
  /** Files that were found to be changed before an event told. */
  readonly #suspected = new Set<string>();
  /** A call of `onChange` follows. */
  #isTelling = false;
  /** By directory. */
  readonly #watchers = new Map<string, WatchedFolder>();
  /** Directories that are about to be watched. */
  readonly #placing = new Map<string, Promise<void>>();
  /** Directories that are not there, and what ends the wait for them. */
  readonly #awaited = new Map<string, AbortController>();
  #queue: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: WatchFilesOptions) {
    this.#options = options;
    this.#batch = new Batch(systemClock, options.window, (paths) => {
      this.#queue = this.#queue.then(() => this.#look(paths));
    });
  }

  /**
   * Follows these files (absolute paths) and no others. What changes from now on is told; resolves when it would be.
   *
   * @param readAt when somebody began to read them, in milliseconds of the epoch: what was touched after that is told as well
   */
  async follow(files: readonly string[], readAt = Number.POSITIVE_INFINITY): Promise<void> {
    const wanted = new Set(files);
    for (const file of this.#digests.keys()) if (!wanted.has(file)) this.#digests.delete(file);
    const fresh = files.filter((file) => !this.#digests.has(file));
    await Promise.all(fresh.map(async (file) => this.#digests.set(file, await digestOf(file))));
    for (const file of this.#places.keys()) if (!wanted.has(file)) this.#places.delete(file);
    await this.#place(files);
    const touched = await Promise.all(fresh.map((file) => touchedAt(file)));
    for (const [index, file] of fresh.entries()) if ((touched[index] ?? 0) > readAt) this.#suspected.add(file);
    for (const file of this.#suspected) this.#batch.add(file);
  }

  /** Watches all folders in which it shows what becomes of files, and no others. */
  async #place(fresh: readonly string[]): Promise<void> {
    await Promise.all(fresh.map(async (file) => this.#places.set(file, await linkPlaces(file))));
    const folders = new Set([...this.#places.values()].flat().map((place) => dirname(place)));
    for (const [folder, { root, watcher }] of this.#watchers) {
      if (folders.has(folder) && (await realRoot(folder)) === root) continue;
      this.#watchers.delete(folder);
      await watcher.close();
    }
    for (const [folder, wait] of this.#awaited) if (!folders.has(folder)) wait.abort();
    await Promise.all([...folders].map((folder) => this.#watch(folder)));
  }

  /** Looks now whether one of the files has changed since it was told last. Where it has, a call of `onChange` follows. */
  suspects(): boolean {
    for (const [file, digest] of this.#digests) {
      const mark = markOf(file);
      if (mark === this.#marks.get(file)) continue;
      if (digestNow(file) === digest) this.#marks.set(file, mark);
      else this.#suspected.add(file);
    }
    for (const file of this.#suspected) this.#batch.add(file);
    return this.#suspected.size > 0 || this.#isTelling;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#batch.close();
    for (const wait of this.#awaited.values()) wait.abort();
    await this.#queue;
    await Promise.all(Array.from(this.#watchers.values(), ({ watcher }) => watcher.close()));
  }

  /** A folder that is not there is watched when it is. */
  #watch(folder: string): Promise<void> {
    if (this.#watchers.has(folder)) return Promise.resolve();
    const placing = this.#placing.get(folder) ?? this.#open(folder).finally(() => this.#placing.delete(folder));
    this.#placing.set(folder, placing);
    return placing;
  }

  async #open(folder: string): Promise<void> {
    const root = await realRoot(folder);
    if (root === undefined) return this.#await(folder);
    const isFollowed = (name: string): boolean => this.#filesAt(join(folder, name)).length > 0;
    const watcher = await followContext({
      root,
      ignore: ignoreNothing,
      wanted: isFollowed,
      onPath: (name) => (name === '' ? this.#lookAll(folder) : this.#suspect(join(folder, name))),
      onError: this.#options.onError,
    });
    if (this.#isClosed) await watcher.close();
    else this.#watchers.set(folder, { root, watcher });
  }

  /** Files that what is at a place decides about. */
  #filesAt(place: string): string[] {
    return [...this.#places].filter(([, places]) => places.includes(place)).map(([file]) => file);
  }

  #suspect(place: string): void {
    for (const file of this.#filesAt(place)) this.#batch.add(file);
  }

  #await(folder: string): void {
    if (this.#isClosed || this.#awaited.has(folder)) return;
    const wait = new AbortController();
    this.#awaited.set(folder, wait);
    const back = async () => {
      await this.#watch(folder);
      this.#lookAll(folder);
    };
    void awaitFolder(folder, wait.signal)
      .finally(() => this.#awaited.delete(folder))
      .then(back)
      .catch((error: Error) => wait.signal.aborted || this.#options.onError(error));
  }

  #lookAll(folder: string): void {
    for (const [file, places] of this.#places)
      if (places.some((place) => dirname(place) === folder)) this.#batch.add(file);
  }

  /** Watches where links lead now, if they lead elsewhere than before. */
  async #followLinks(files: readonly string[]): Promise<void> {
    const found = await Promise.all(files.map(async (file) => [file, await linkPlaces(file)] as const));
    const moved = found.filter(([file, places]) => places.join('\0') !== this.#places.get(file)?.join('\0'));
    if (moved.length === 0) return;
    await this.#place(moved.map(([file]) => file)).catch(this.#options.onError);
    // what was edited there before the watch was placed tells nobody
    for (const [file] of moved) this.#batch.add(file);
  }

  async #look(paths: ReadonlySet<string>): Promise<void> {
    let changed = false;
    for (const file of paths) {
      // it may be as it was by now
      if (this.#suspected.delete(file)) changed = true;
      if (!this.#digests.has(file)) continue;
      // at once: what somebody suspects while it is read would be told twice
      const digest = digestNow(file);
      changed ||= digest !== this.#digests.get(file);
      this.#digests.set(file, digest);
    }
    this.#isTelling = changed;
    await this.#followLinks([...paths].filter((path) => this.#digests.has(path)));
    this.#isTelling = false;
    if (changed) this.#options.onChange();
  }
}

/** When a file, the link that leads to it, or, where there is none, its folder last changed, in milliseconds of the epoch. */
async function touchedAt(file: string): Promise<number> {
  const looks = await Promise.all([stat, lstat].map((look) => look(file).catch(() => undefined)));
  const times = looks.flatMap((found) => found?.ctimeMs ?? []);
  return Math.max(
    ...times,
    times.length === 0
      ? await stat(dirname(file)).then(
          ({ ctimeMs }) => ctimeMs,
          () => 0,
        )
      : 0,
  );
}

const realRoot = (folder: string): Promise<string | undefined> => realpath(folder).catch(() => undefined);

const join = (folder: string, name: string): string => `${folder.replace(/\/$/, '')}/${basename(name)}`;

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('base64');

/** Undefined for what is no regular file: a FIFO would be waited for. */
async function digestOf(file: string): Promise<string | undefined> {
  try {
    return (await stat(file)).isFile() ? hashOf(await readFile(file)) : undefined;
  } catch {
    return undefined;
  }
}

function digestNow(file: string): string | undefined {
  try {
    return statSync(file).isFile() ? hashOf(readFileSync(file)) : undefined;
  } catch {
    return undefined;
  }
}

function markOf(file: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(file);
    return [mtimeMs, ctimeMs, size, ino].join(':');
  } catch {
    return '';
  }
}
