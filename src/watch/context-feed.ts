import { realpath } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostics.js';
import { isWithin, MutableTree } from '../plan/context-tree.js';
import { describeAbsence, isFolder } from './await-folder.js';
import { Batch, type BatchTimes, type BatchWindow, type Clock } from './batch.js';
import { ignoringScratch } from './editor-scratch.js';
import { followContext } from './follow-context.js';
import type { IgnoreRules } from './ignore.js';
import { Poll } from './poll.js';
import { describeRemote, remoteFileSystem } from './remote-folder.js';
import { Saves } from './saves.js';
import { ContextScanner, joined, type ScanResult } from './scan-context.js';
import type { ContextWatcher } from './watch-context.js';
import { describeWatchLimit, isWatchLimit } from './watch-limit.js';

export interface FeedOptions {
  /** The build context; may be a link. */
  readonly context: string;
  readonly ignore: IgnoreRules;
  /** Files and directories of the context that steps read, as far as known without looking. */
  readonly roots: readonly string[];
  /** Asked again after a look: links in the context can lead to more. */
  readonly rootsOf: (tree: MutableTree) => readonly string[];
  readonly mayUnpack: (path: string) => boolean;
  readonly window: BatchWindow;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** True: looks at the files again and again, and watches nothing. */
  readonly poll?: boolean;
  /** True: where there are many files, the contents of most are read by `readRest`. */
  readonly readsLater?: boolean;
  /** Told what a look found, and when the events that led to it came. */
  readonly onResult: (result: ScanResult, times: BatchTimes | undefined) => void;
  /** Told what there is to say about the watching itself. */
  readonly onNotice?: (notice: Diagnostic) => void;
  readonly onError: (error: Error) => void;
}

/** A look that has not begun. */
interface NextLook {
  readonly paths: Set<string>;
  times: BatchTimes | undefined;
  /** Resolves when what was found has been reported. */
  readonly done: Promise<void>;
}

/** Follows the part of a build context that steps read: a tree that is kept true, and what changes in it. */
export class ContextFeed {
  readonly tree = new MutableTree();
  readonly #options: FeedOptions;
  readonly #ignore: IgnoreRules;
  readonly #batch: Batch;
  readonly #poll: Poll;
  #roots: readonly string[];
  #scanner: ContextScanner | undefined;
  #watcher: ContextWatcher | undefined;
  #queue: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  #next: NextLook | undefined;
  /** Directories without a watch: there are no more, or they may not be read. */
  readonly #unwatched = new Map<string, string>();
  #limitTold = false;
  /** Paths that were told to be unreadable. */
  readonly #unreadable = new Set<string>();
  readonly #saves = new Saves();
  #rootIsAway = false;
  /** All of it is looked at again and again. */
  #isPolled = false;
  readonly #closing = new AbortController();

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#roots = options.roots;
    this.#ignore = ignoringScratch(options.ignore, (path) => this.#roots.includes(path));
    this.#batch = new Batch(options.clock, options.window, (paths, times) => {
      this.#looking = this.#lookAtSettled(paths, times);
    });
    this.#poll = new Poll(options.clock, () => this.look(this.#polled()));
  }

  /** Places the watches, then reads the context: what changes from now on is reported, nothing of before. */
  async start(): Promise<void> {
    const { context, mayUnpack, readsLater = false, signal } = this.#options;
    const root = await realpath(context);
    const remote = await remoteFileSystem(root);
    const how = { mayUnpack, readsLater, isSlow: remote !== undefined, signal };
    this.#scanner = new ContextScanner(this.tree, { root, ignore: this.#ignore, wanted: this.#wanted, ...how });
    if (remote !== undefined && !this.#options.poll) this.#options.onNotice?.(describeRemote(root, remote));
    this.#isPolled = this.#options.poll === true || remote !== undefined;
    await this.#watchAndScan(this.#scanner);
    if (this.#isPolled) this.#poll.start();
  }

  /** Looks at these paths now. Resolves when what was found has been reported. */
  look(paths: Iterable<string>, times?: BatchTimes): Promise<void> {
    const next = this.#next ?? this.#queueLook();
    for (const path of paths) next.paths.add(path);
    if (times) next.times = next.times ? { ...times, first: next.times.first } : times;
    return next.done;
  }

  /** One look at a time; what is asked for while one goes on is looked at together after it. */
  #queueLook(): NextLook {
    const done = this.#queue.then(async () => {
      const { paths, times } = next;
      this.#next = undefined;
      try {
        if (!this.#scanner) return;
        this.#options.onResult(this.#newlyUnreadable(await this.#find(this.#scanner, paths)), times);
      } catch (error) {
        if (!this.#options.signal.aborted) this.#options.onError(error as Error);
      }
    });
    const next: NextLook = { paths: new Set(), times: undefined, done };
    this.#next = next;
    this.#queue = done;
    return next;
  }

  /** Resolves when what was seen to happen so far has been looked at and reported, but for what is only half saved. */
  async calm(): Promise<void> {
    await this.#batch.handedOver();
    await this.#looking;
  }

  /** True when the contents of all files are known. */
  get isComplete(): boolean {
    return this.#scanner?.isComplete ?? false;
  }

  /** Reads the contents that were left for later, until it is closed. */
  async readRest(): Promise<void> {
    await this.#scanner?.readRest(this.#closing.signal);
  }

  /** An edit may be found some time after it was made. */
  get isPolled(): boolean {
    return this.#isPolled || this.#unwatched.size > 0;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#batch.close();
    this.#poll.close();
    await this.#watcher?.close();
    await this.#queue;
  }

  readonly #wanted = (path: string): boolean => this.#roots.some((at) => isWithin(at, path) || isWithin(path, at));

  async #find(scanner: ContextScanner, paths: ReadonlySet<string>): Promise<ScanResult> {
    if (!(await isFolder(scanner.root))) return this.#absent(scanner);
    this.#rootIsAway = false;
    const found = await scanner.rescan(paths);
    const opened = this.#mayBeOpened(found, paths);
    return this.#widened(scanner, opened ? joined(found, await this.#watchAndScan(scanner)) : found);
  }

  /** Without its root nothing is gone: what is there when it comes back is compared with what was there before. */
  #absent({ root }: ContextScanner): ScanResult {
    if (!this.#rootIsAway) this.#options.onNotice?.(describeAbsence(root));
    this.#rootIsAway = true;
    return { changes: [], unreadable: [] };
  }

  async #watchAndScan(scanner: ContextScanner): Promise<ScanResult> {
    await this.#watcher?.close();
    this.#unwatched.clear();
    if (!this.#options.poll) await this.#watch(scanner.root);
    return this.#widened(scanner, await scanner.rescan(['']));
  }

  async #watch(root: string): Promise<void> {
    const { onError } = this.#options;
    const watcher = await followContext({
      root,
      ignore: this.#ignore,
      wanted: this.#wanted,
      onPath: (path) => this.#batch.add(path),
      onUnwatched: (path, code) => this.#leaveUnwatched(path, code),
      onError,
    });
    this.#watcher = watcher;
    // closed while the watches were placed
    if (this.#closing.signal.aborted) await watcher.close();
    await this.#tellLimit();
  }

  #leaveUnwatched(path: string, code: string): void {
    this.#unwatched.set(path, code);
    if (!isWatchLimit(code)) return;
    this.#poll.start();
    // while the first watches are placed, their number is not known yet
    if (this.#watcher) void this.#tellLimit();
  }

  async #tellLimit(): Promise<void> {
    const paths = this.#polled();
    const code = this.#unwatched.get(paths[0] ?? '');
    if (this.#limitTold || code === undefined || paths.length === 0) return;
    this.#limitTold = true;
    this.#options.onNotice?.(await describeWatchLimit(code, paths.length));
  }

  #polled(): string[] {
    if (this.#isPolled) return [''];
    return [...this.#unwatched].flatMap(([path, code]) => (isWatchLimit(code) ? [path] : []));
  }

  /** A directory that could not be read was looked at, and can be read by now: it has no watch yet. */
  #mayBeOpened({ unreadable }: ScanResult, paths: ReadonlySet<string>): boolean {
    const still = new Set(unreadable.map(({ path }) => path));
    return [...this.#unwatched].some(
      ([path, code]) => !isWatchLimit(code) && !still.has(path) && [...paths].some((at) => isWithin(at, path)),
    );
  }

  /** A link that a source goes through can lead out of what is watched so far: then more is watched, and looked at. */
  async #widened(scanner: ContextScanner, found: ScanResult): Promise<ScanResult> {
    if (!found.changes.some(({ before, after }) => before?.kind === 'link' || after?.kind === 'link')) return found;
    const more = this.#options.rootsOf(this.tree).filter((root) => !this.#roots.some((at) => isWithin(at, root)));
    if (more.length === 0) return found;
    this.#roots = [...this.#roots, ...more];
    return joined(found, await this.#watchAndScan(scanner));
  }

  /** Each unreadable path is told once. */
  #newlyUnreadable(found: ScanResult): ScanResult {
    const unreadable = found.unreadable.filter(({ path }) => !this.#unreadable.has(path));
    for (const { path } of unreadable) this.#unreadable.add(path);
    for (const { path } of found.changes) this.#unreadable.delete(path);
    return { ...found, unreadable };
  }

  async #lookAtSettled(paths: ReadonlySet<string>, times: BatchTimes): Promise<void> {
    const root = this.#scanner?.root;
    const how = { root: root ?? '', entryOf: (path: string) => this.tree.get(path) };
    const { settled, half } = root === undefined ? { settled: paths, half: [] } : await this.#saves.sort(paths, how);
    if (this.#closing.signal.aborted) return;
    // these come again after another quiet window
    for (const path of half) this.#batch.add(path);
    if (settled.size > 0) await this.look(settled, times);
  }
}
