import type { Diagnostic } from '../diagnostics.js';
import type { Stage } from '../dockerfile/model.js';
import type { Arrival } from '../engine/phase-clock.js';
import { messageOf } from '../errors.js';
import type { EventSink } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import { type BatchTimes, systemClock } from '../watch/batch.js';
import type { ContextFeed } from '../watch/context-feed.js';
import type { ScanResult, TreeChange } from '../watch/scan-context.js';
import { AdditionalContexts } from './additional-contexts.js';
import type { BaseService } from './base-services.js';
import { besideFolders } from './beside-folders.js';
import { openFeed } from './open-feed.js';
import type { LiveModel } from './service-model.js';

/** What says which files a service is built from. */
export interface FollowedRecipe {
  /** All up to the one that runs. */
  readonly stages: readonly Stage[];
  readonly baseServices: readonly BaseService[];
  /** True: containers are compared with the files, all of which are read for that. */
  readonly compared?: boolean;
}

interface FollowedOptions {
  readonly model: LiveModel;
  /** What paths are shown relative to. */
  readonly cwd: string;
  /** Milliseconds. */
  readonly debounceMs: number;
  /** True: looks at the files again and again, and watches nothing. */
  readonly poll: boolean;
  readonly signal: AbortSignal;
  readonly sink: EventSink;
  /** Files of the build context changed, and how the first of them came. */
  readonly onChanges: (changes: readonly TreeChange[], arrival: Arrival | undefined) => void;
  /** A file of an additional context changed that a build reads. */
  readonly onOutdated: () => void;
}

/** The files that a service is built from, but for those that say how: its build context, and the additional ones. */
export class FollowedFiles {
  readonly #options: FollowedOptions;
  readonly #feed: ContextFeed;
  readonly #additional: AdditionalContexts;
  #handing: Promise<void> = Promise.resolve();

  /** @param planned the stages up to the one that runs, and what the service is built from */
  constructor(options: FollowedOptions, planned: FollowedRecipe) {
    const { model, debounceMs, poll, signal, sink, onOutdated } = options;
    this.#options = options;
    const common = {
      ...{ debounceMs, poll, signal },
      onNotice: ({ range: _, ...notice }: Diagnostic) =>
        sink({ type: 'diagnostic', service: this.#service, ...notice }),
      onError: (error: Error) =>
        this.#tell('warning', 'watch-failed', `The build context cannot be followed: ${messageOf(error)}`),
    };
    const { stages, compared = false } = planned;
    const onResult = (result: ScanResult, times: BatchTimes | undefined) => this.#take(result, times);
    this.#feed = openFeed({ ...common, model, stages, readsLater: !compared, onResult });
    const { additionalFolders } = model.build;
    const folders = besideFolders({ ...planned, additionalFolders }, options.cwd);
    this.#additional = new AdditionalContexts({ ...common, folders, onEdit: onOutdated });
  }

  /** The build context as it was last seen. */
  get tree(): ContextTree {
    return this.#feed.tree;
  }

  /** Why the service has to be built anew: a file was edited that no push can bring. */
  get outdated(): string | undefined {
    return this.#additional.edited;
  }

  /** Follows the files from now on. */
  async watch(): Promise<void> {
    await Promise.all([this.#feed.start(), this.#additional.watch()]);
  }

  /** Looks at the whole build context. Resolves when what was found has been told. */
  async look(): Promise<void> {
    await this.#feed.look(['']);
    await this.#handing;
  }

  /** The image is there now. Resolves when all edits so far have been told. */
  async built(): Promise<void> {
    await this.#additional.built();
    await (this.isPolled ? this.look() : this.calm());
  }

  /** Reads the contents that were left for later, where there are many files. */
  readRest(): Promise<void> {
    return this.#feed.readRest();
  }

  /** True when the contents of all files are known. */
  get isComplete(): boolean {
    return this.#feed.isComplete;
  }

  /** Resolves when what was seen to happen so far has been told. */
  async calm(): Promise<void> {
    await this.#feed.calm();
    await this.#handing;
  }

  /** True where an edit may be found some time after it was made. */
  get isPolled(): boolean {
    return this.#feed.isPolled;
  }

  async close(): Promise<void> {
    await Promise.all([this.#feed.close(), this.#additional.close()]);
  }

  #take({ changes, unreadable }: ScanResult, times: BatchTimes | undefined): void {
    for (const { path, reason } of unreadable)
      this.#tell('note', 'context-file', `Cannot read ${path}, it is passed over: ${reason}`);
    if (changes.length === 0) return;
    const arrival = times && { ...times, looked: systemClock.now() };
    const hand = () => this.#options.onChanges(changes, arrival);
    if (this.#additional.isEmpty) hand();
    // what was saved together with them in another context is to be known first
    else this.#handing = this.#handing.then(() => this.#additional.calm()).then(hand);
  }

  get #service(): string {
    return this.#options.model.build.service.name;
  }

  #tell(severity: 'note' | 'warning', code: string, message: string): void {
    void this.#options.sink({ type: 'diagnostic', service: this.#service, severity, code, message });
  }
}
