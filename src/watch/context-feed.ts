import { realpath } from 'node:fs/promises';
import { isWithin, MutableTree } from '../plan/context-tree.js';
import { Batch, type BatchTimes, type BatchWindow, type Clock } from './batch.js';
import type { IgnoreRules } from './ignore.js';
import { ContextScanner, type ScanResult } from './scan-context.js';
import { type ContextWatcher, watchContext } from './watch-context.js';

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
  /** Told what a look found, and when the events that led to it came. */
  readonly onResult: (result: ScanResult, times: BatchTimes | undefined) => void;
  readonly onError: (error: Error) => void;
}

/** Follows the part of a build context that steps read: a tree that is kept true, and what changes in it. */
export class ContextFeed {
  readonly tree = new MutableTree();
  readonly #options: FeedOptions;
  readonly #batch: Batch;
  #roots: readonly string[];
  #scanner: ContextScanner | undefined;
  #watcher: ContextWatcher | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#roots = options.roots;
    this.#batch = new Batch(options.clock, options.window, (paths, times) => {
      void this.look(paths, times);
    });
  }

  /** Places the watches, then reads the context: what changes from now on is reported, nothing of before. */
  async start(): Promise<void> {
    const { context, ignore, mayUnpack, signal } = this.#options;
    const root = await realpath(context);
    this.#scanner = new ContextScanner(this.tree, { root, ignore, wanted: this.#wanted, mayUnpack, signal });
    await this.#watchAndScan(this.#scanner, root);
  }

  /** Looks at these paths now. Resolves when what was found has been reported. */
  look(paths: Iterable<string>, times?: BatchTimes): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      try {
        if (!this.#scanner) return;
        const result = await this.#widened(this.#scanner, await this.#scanner.rescan(paths));
        this.#options.onResult(result, times);
      } catch (error) {
        if (!this.#options.signal.aborted) this.#options.onError(error as Error);
      }
    });
    return this.#queue;
  }

  async close(): Promise<void> {
    this.#batch.close();
    await this.#watcher?.close();
    await this.#queue;
  }

  readonly #wanted = (path: string): boolean => this.#roots.some((at) => isWithin(at, path) || isWithin(path, at));

  async #watchAndScan(scanner: ContextScanner, root: string): Promise<ScanResult> {
    const { ignore, onError } = this.#options;
    await this.#watcher?.close();
    const onPath = (path: string) => this.#batch.add(path);
    this.#watcher = await watchContext({ root, ignore, wanted: this.#wanted, onPath, onError });
    return this.#widened(scanner, await scanner.rescan(['']));
  }

  /** A link that a source goes through can lead out of what is watched so far: then more is watched, and looked at. */
  async #widened(scanner: ContextScanner, found: ScanResult): Promise<ScanResult> {
    if (!found.changes.some(({ before, after }) => before?.kind === 'link' || after?.kind === 'link')) return found;
    const more = this.#options.rootsOf(this.tree).filter((root) => !this.#roots.some((at) => isWithin(at, root)));
    if (more.length === 0) return found;
    this.#roots = [...this.#roots, ...more];
    const further = await this.#watchAndScan(scanner, scanner.root);
    return {
      changes: [...found.changes, ...further.changes],
      unreadable: [...found.unreadable, ...further.unreadable],
    };
  }
}
