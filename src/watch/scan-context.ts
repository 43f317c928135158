import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.js';
import { type ContextEntry, type MutableTree, memberOf, parentOf, sameEntry } from '../plan/context-tree.js';
import { Breather } from './breather.js';
import { FileEntries, type FileReader } from './file-entries.js';
import type { IgnoreRules } from './ignore.js';

/** What a build context is read through. */
export interface ContextReader extends FileReader {
  readonly ignore: IgnoreRules;
  /** True for paths that some step reads; others are not looked at. Directories on the way to such paths are. */
  readonly wanted: (path: string) => boolean;
}

/** A path whose entry is not what it was. */
export interface TreeChange {
  readonly path: string;
  readonly before: ContextEntry | undefined;
  readonly after: ContextEntry | undefined;
}

/** What a look at the context found. */
export interface ScanResult {
  readonly changes: readonly TreeChange[];
  /** Paths that could not be read: they count as unchanged. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** What two looks found, one after the other. */
export const joined = (one: ScanResult, other: ScanResult): ScanResult => ({
  changes: [...one.changes, ...other.changes],
  unreadable: [...one.unreadable, ...other.unreadable],
});

/** Files read at the same time. */
const CONCURRENCY = 16;

class Findings {
  readonly changes = new Map<string, TreeChange>();
  readonly unreadable = new Map<string, string>();
}

/** Reads a build context into a tree, and keeps it true when told which paths may have changed. */
export class ContextScanner {
  readonly tree: MutableTree;
  readonly #reader: ContextReader;
  readonly #files: FileEntries;
  readonly #breather = new Breather();

  constructor(tree: MutableTree, reader: ContextReader) {
    this.tree = tree;
    this.#reader = reader;
    this.#files = new FileEntries(tree, reader);
  }

  /** Absolute path of the context. */
  get root(): string {
    return this.#reader.root;
  }

  /** True when the contents of all files are known. */
  get isComplete(): boolean {
    return this.#files.isComplete;
  }

  /** Reads the contents that were left for later. */
  readRest(signal: AbortSignal): Promise<void> {
    return this.#files.readRest(signal);
  }

  /** Looks at these paths and all below them, updates the tree, and gives what differs from before. */
  async rescan(paths: Iterable<string>): Promise<ScanResult> {
    const found = new Findings();
    const known = new Map<string, boolean>();
    const solid = withoutNested(paths).map((path) => this.#solid(path, known));
    await this.#visitAll(withoutNested(solid), found);
    await this.#settleDirectories([...found.changes.keys()], found);
    return {
      changes: [...found.changes.values()].filter(({ before, after }) => !sameEntry(before, after)),
      unreadable: Array.from(found.unreadable, ([path, reason]) => ({ path, reason })),
    };
  }

  /** The path itself, or the first part of it that is no directory: nothing is looked at through a link. */
  #solid(path: string, known: Map<string, boolean>): string {
    const isDirectory = (at: string): boolean => {
      const found = known.get(at) ?? this.#isDirectory(at);
      known.set(at, found);
      return found;
    };
    return [...ancestors(path)].reverse().find((ancestor) => !isDirectory(ancestor)) ?? path;
  }

  async #visitAll(paths: readonly string[], found: Findings): Promise<void> {
    for (let i = 0; i < paths.length; i += CONCURRENCY) {
      await Promise.all(paths.slice(i, i + CONCURRENCY).map((path) => this.#visit(path, found)));
    }
  }

  async #visit(path: string, found: Findings): Promise<void> {
    if (this.#breather.isDue) await this.#breather.breathe();
    this.#reader.signal.throwIfAborted();
    try {
      const stats = await this.#stat(path);
      if (!stats) this.#forget(path, found);
      else if (stats.isDirectory()) await this.#visitDirectory(path, stats, found);
      else await this.#visitFile(path, stats, found);
    } catch (error) {
      this.#reader.signal.throwIfAborted();
      if (isGone(error)) this.#forget(path, found);
      else if (codeOf(error) === 'ELOOP') await this.#visit(path, found);
      else found.unreadable.set(path, messageOf(error));
    }
  }

  async #visitFile(path: string, stats: Stats, found: Findings): Promise<void> {
    const { ignore, wanted } = this.#reader;
    for (const gone of [...this.tree.below(path)].filter((at) => at !== path)) this.#record(gone, undefined, found);
    if (ignore.ignores(path) || !wanted(path)) this.#record(path, undefined, found);
    else this.#record(path, await this.#files.read(path, stats), found);
  }

  async #visitDirectory(path: string, stats: Stats, found: Findings): Promise<void> {
    const { ignore, wanted, root } = this.#reader;
    if (path !== '' && (ignore.prunes(path) || !wanted(path))) return this.#forget(path, found);
    const names = await this.#namesIn(join(root, path));
    this.#record(path, directoryEntry(stats), found);
    const known = new Set(names);
    for (const name of [...this.tree.children(path)]) if (!known.has(name)) this.#forget(memberOf(path, name), found);
    await this.#visitAll(
      names.map((name) => memberOf(path, name)),
      found,
    );
    const after = await this.#stat(path);
    // something else took the directory's place while it was read: what was found may be another directory's
    if (after?.ino === stats.ino && after.dev === stats.dev && after.isDirectory()) return;
    for (const below of [...this.tree.below(path)].filter((at) => at !== path)) this.#record(below, undefined, found);
    await this.#visit(path, found);
  }

  /** Where answers come at once, without giving way to anything else. */
  #namesIn(directory: string): string[] | Promise<string[]> {
    return this.#reader.isSlow ? readdir(directory) : readdirSync(directory);
  }

  /** An ignored directory is part of the context as long as something in it is; so is one on the way to a wanted path. */
  async #settleDirectories(recorded: readonly string[], found: Findings): Promise<void> {
    for (const path of this.#mayBeDirectories(recorded).sort((a, b) => b.length - a.length)) {
      const entry = this.tree.get(path);
      const filled = !this.tree.children(path)[Symbol.iterator]().next().done;
      if (entry?.kind === 'directory' && !filled && this.#reader.ignore.ignores(path))
        this.#record(path, undefined, found);
      if (entry || !filled) continue;
      const stats = await this.#stat(path);
      if (stats?.isDirectory()) this.#record(path, directoryEntry(stats), found);
    }
  }

  /** Of these paths and the directories that they lie in. */
  #mayBeDirectories(paths: readonly string[]): string[] {
    const found = new Set<string>();
    for (const path of paths) {
      const kind = this.tree.get(path)?.kind;
      if (kind !== 'file' && kind !== 'link') found.add(path);
      for (const at of ancestors(path)) {
        if (found.has(at)) break;
        found.add(at);
      }
    }
    return [...found];
  }

  /** Where answers come at once, without giving way to anything else: that takes a tenth of the time. */
  async #stat(path: string): Promise<Stats | undefined> {
    if (!this.#reader.isSlow) return this.#statNow(path);
    return lstat(join(this.#reader.root, path)).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
  }

  #statNow(path: string): Stats | undefined {
    try {
      return lstatSync(join(this.#reader.root, path), { throwIfNoEntry: false });
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  #isDirectory(path: string): boolean {
    try {
      return this.#statNow(path)?.isDirectory() ?? false;
    } catch {
      return false;
    }
  }

  #forget(path: string, found: Findings): void {
    for (const gone of [...this.tree.below(path)]) this.#record(gone, undefined, found);
  }

  #record(path: string, after: ContextEntry | undefined, { changes }: Findings): void {
    const before = changes.has(path) ? changes.get(path)?.before : this.tree.get(path);
    if (before === undefined && after === undefined && !this.tree.get(path)) return;
    if (after) this.tree.set(path, after);
    else {
      this.tree.delete(path);
      this.#files.forget(path);
    }
    changes.set(path, { path, before, after });
  }
}

const directoryEntry = ({ mode, mtimeMs }: Stats): ContextEntry => ({
  kind: 'directory',
  mode: mode & 0o7777,
  mtimeMs,
});

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const isGone = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

function* ancestors(path: string): Iterable<string> {
  for (let at = parentOf(path); at !== ''; at = parentOf(at)) yield at;
}

function withoutNested(paths: Iterable<string>): string[] {
  const set = new Set(paths);
  if (set.has('')) return [''];
  return [...set].filter((path) => !Array.from(ancestors(path)).some((outer) => set.has(outer)));
}
