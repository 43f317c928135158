import type { Diagnostic } from '../diagnostics.js';
import { type ContextEntry, sameEntry } from '../plan/context-tree.js';
import { coverage } from '../plan/find-stale.js';
import type { ContextFeed } from '../watch/context-feed.js';
import type { ScanResult } from '../watch/scan-context.js';
import type { BesideFolder } from './beside-folders.js';
import { feedOf } from './open-feed.js';

interface AdditionalOptions {
  readonly folders: readonly BesideFolder[];
  /** Milliseconds. */
  readonly debounceMs: number;
  readonly poll: boolean;
  readonly signal: AbortSignal;
  readonly onNotice: (notice: Diagnostic) => void;
  readonly onError: (error: Error) => void;
  /** A file was edited that a build reads. */
  readonly onEdit: () => void;
}

/** A file that is not what the image was built from. */
interface Edited {
  readonly folder: BesideFolder;
  readonly path: string;
  readonly before: ContextEntry | undefined;
}

/**
 * Follows the folders that a service is built from besides its build context: additional contexts, and the contexts of the
 * services that it is built on. What was edited there only a build can bring into a container.
 */
export class AdditionalContexts {
  readonly #options: AdditionalOptions;
  readonly #feeds: readonly ContextFeed[];
  readonly #edited = new Map<string, Edited>();
  /** The image is being built: nobody knows from before or after which edits. */
  #building = true;

  constructor(options: AdditionalOptions) {
    this.#options = options;
    this.#feeds = options.folders.map((folder, index) => this.#open(folder, index));
  }

  /** True when the service has none that is followed. */
  get isEmpty(): boolean {
    return this.#feeds.length === 0;
  }

  /** Why the service has to be built anew; undefined while it does not. */
  get edited(): string | undefined {
    const [first] = this.#edited.values();
    return first?.folder.reason(first.path);
  }

  /** Follows the files from now on. */
  async watch(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.start()));
  }

  /** Resolves when the files were looked at once more, the image being there now. */
  async built(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.look([''])));
    this.#building = false;
  }

  /** Resolves when what was seen to happen so far is known. */
  async calm(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.calm()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.close()));
  }

  #open(folder: BesideFolder, index: number): ContextFeed {
    const { context, ignoreText, steps } = folder;
    const onResult = (result: ScanResult) => this.#take({ folder, index }, result, coverage(feed.tree, steps));
    const feed = feedOf({ ...this.#options, context, ignoreText, steps, onResult });
    return feed;
  }

  #take(
    { folder, index }: { folder: BesideFolder; index: number },
    { changes }: ScanResult,
    reads: ReturnType<typeof coverage>,
  ): void {
    let isNew = false;
    for (const { path, before, after } of changes) {
      if (!reads(path, before)) continue;
      const key = `${index}\0${path}`;
      const known = this.#edited.get(key);
      isNew = true;
      // edited back
      if (known && !this.#building && sameEntry(known.before, after)) this.#edited.delete(key);
      else if (!known) this.#edited.set(key, { folder, path, before });
    }
    if (isNew && this.#edited.size > 0) this.#options.onEdit();
  }
}
