import { lstatSync, type Stats } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContextEntry, isUnread, type MutableTree, unreadDigest } from '../plan/context-tree.js';
import { archiveMembers } from './archive-members.js';
import { Breather } from './breather.js';
import { readContent } from './read-content.js';

/** How files become entries of a tree. */
export interface FileReader {
  /** Absolute path of the context. */
  readonly root: string;
  /** True for files that an ADD would unpack if they are archives. */
  readonly mayUnpack: (path: string) => boolean;
  /** True: answers take their time, and nothing else is to wait for them. */
  readonly isSlow?: boolean;
  /** True: where there are many files, the contents of most are read by `readRest`. */
  readonly readsLater?: boolean;
  /** The time by the clock that files get their times from; the system's when left out. */
  readonly now?: () => number;
  readonly signal: AbortSignal;
}

/** Files whose contents are read at once, where others are read later: as many as nobody waits for. */
const AT_ONCE = 1000;

/** Milliseconds that a file has to be left alone to be read later: what comes after that changes its marks, whatever a clock's tick. */
const SETTLED = 2000;

/** Entries of the files of a context, which are read again only where their marks have changed. */
export class FileEntries {
  readonly #tree: MutableTree;
  readonly #reader: FileReader;
  /** Cheap marks (times, size, inode) of the files that are known: one with the same mark is not read again. */
  readonly #marks = new Map<string, string>();
  /** Files to be read later. */
  readonly #unread = new Set<string>();
  readonly #breather = new Breather();
  #read = 0;
  /** It is later by now. */
  #isLater = false;

  constructor(tree: MutableTree, reader: FileReader) {
    this.#tree = tree;
    this.#reader = reader;
  }

  /** True when the contents of all files are known. */
  get isComplete(): boolean {
    return this.#unread.size === 0;
  }

  forget(path: string): void {
    this.#marks.delete(path);
    this.#unread.delete(path);
  }

  /** What stands at a path that is no directory; undefined for what a build passes over. */
  async read(path: string, stats: Stats): Promise<ContextEntry | undefined> {
    const file = join(this.#reader.root, path);
    if (stats.isSymbolicLink()) return { kind: 'link', target: await readlink(file) };
    if (!stats.isFile()) return undefined;
    const known = this.#tree.get(path);
    const mode = stats.mode & 0o7777;
    const mark = markOf(stats);
    if (known?.kind === 'file' && this.#marks.get(path) === mark) return { ...known, mode, mtimeMs: stats.mtimeMs };
    if (this.#isForLater(path, stats, known)) {
      this.#marks.set(path, mark);
      this.#unread.add(path);
      return { kind: 'file', mode, size: stats.size, digest: unreadDigest(mark), mtimeMs: stats.mtimeMs };
    }
    this.#unread.delete(path);
    this.#read++;
    const content = await readContent(file, stats, { atOnce: this.#reader.isSlow !== true });
    const archive = this.#reader.mayUnpack(path) ? await archiveMembers(file) : undefined;
    const { stats: read, size, digest, settled } = content;
    if (settled) this.#marks.set(path, markOf(read));
    else this.#marks.delete(path);
    return { kind: 'file', mode: read.mode & 0o7777, size, digest, mtimeMs: read.mtimeMs, ...(archive && { archive }) };
  }

  /** Reads what was left for later, as far as it has not changed since, until the signal; nothing is left from now on. */
  async readRest(signal: AbortSignal): Promise<void> {
    this.#isLater = true;
    for (const path of this.#unread) {
      if (this.#breather.isDue) await this.#breather.breathe();
      if (signal.aborted || this.#reader.signal.aborted) return;
      const entry = this.#tree.get(path);
      if (entry?.kind === 'file' && isUnread(entry)) await this.#complete(path, entry);
      this.#unread.delete(path);
    }
  }

  /** One that has changed meanwhile is a change like any other: its event is on its way. */
  async #complete(path: string, entry: ContextEntry & { kind: 'file' }): Promise<void> {
    const mark = this.#marks.get(path);
    const file = join(this.#reader.root, path);
    try {
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (!stats || markOf(stats) !== mark) return;
      const { stats: read, digest } = await readContent(file, stats, { atOnce: true });
      if (markOf(read) === mark && this.#tree.get(path) === entry) this.#tree.set(path, { ...entry, digest });
    } catch {
      // it cannot be read, and stays unknown
    }
  }

  #isForLater(path: string, { ctimeMs }: Stats, known: ContextEntry | undefined): boolean {
    const { readsLater = false, isSlow = false, now = Date.now, mayUnpack } = this.#reader;
    if (this.#isLater || !readsLater || isSlow || known !== undefined || this.#read < AT_ONCE) return false;
    return now() - ctimeMs > SETTLED && !mayUnpack(path);
  }
}

/** Cheap to compare: what cannot stay the same when the content changes. */
const markOf = ({ mtimeMs, ctimeMs, size, ino }: Stats): string => [mtimeMs, ctimeMs, size, ino].join(':');
