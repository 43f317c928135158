import type { ComposeCli } from '../compose/compose-requests.js';
import type { HelperBuild } from '../compose/live-service.js';
import type { WrittenOverride } from '../compose/write-override.js';
import type { LateImages } from '../engine/session-images.js';
import { helperProgress } from './helper-progress.js';
import { runBuild } from './run-build.js';

interface HelperBuildsOptions {
  readonly cli: ComposeCli;
  /** The override files of the present project: they name all helpers. */
  readonly written: () => WrittenOverride;
  /** Ends all builds. */
  readonly signal: AbortSignal;
  /** Told of services whose helpers read the context no more. */
  readonly onRead: (services: readonly string[]) => void;
}

/** What a service has built beside the image that runs. */
interface Helpers {
  readonly service: string;
  readonly builds: readonly HelperBuild[];
  /** Absolute path of the service's build context. */
  readonly context: string;
  /** False: nothing in them comes of it. */
  readonly readsContext: boolean;
}

interface Late extends Helpers {
  areThere: boolean;
  /** A build that they take part in, with those of other services or alone. */
  running: Promise<void> | undefined;
  readonly end: AbortController;
}

/** Services whose images are built in one go when nobody waits for them. */
const FEW = 4;

const isMissing = ({ areThere, running }: Late): boolean => !areThere && !running;

/**
 * The images that pushes need besides those that run: of stages, and of the layers below some steps. They are built when one
 * of them is first needed, or ahead of that, beside the start of the containers. The cache of the service's own build has
 * them, unless its context was edited since. One build at a time, so that the last one that began names the images.
 */
export class HelperBuilds {
  readonly #options: HelperBuildsOptions;
  /** By service. */
  readonly #late = new Map<string, Late>();
  #queue: Promise<void> = Promise.resolve();
  #hasRead: Promise<void> = Promise.resolve();

  constructor(options: HelperBuildsOptions) {
    this.#options = options;
  }

  /** The helpers of a service that was just built; those it had before are given up. Undefined where it has none. */
  expect(helpers: Helpers): LateImages | undefined {
    this.#late.get(helpers.service)?.end.abort();
    this.#late.delete(helpers.service);
    if (helpers.builds.length === 0) return undefined;
    const late: Late = { ...helpers, areThere: false, running: undefined, end: new AbortController() };
    this.#late.set(helpers.service, late);
    return {
      get areThere() {
        return late.areThere;
      },
      readsContext: helpers.readsContext,
      includes: (image) => helpers.builds.some((build) => build.image === image),
      make: () => this.#make(late),
    };
  }

  /**
   * Builds ahead what is not there yet, that of all services in one go. Trouble is told when they are needed. What nothing
   * of a context is in can wait: it comes out the same after any edit.
   */
  async buildAhead(): Promise<void> {
    const wanted = [...this.#late.values()].filter((late) => late.readsContext && isMissing(late));
    if (wanted.length === 0) return;
    let hasRead = (): void => {};
    this.#hasRead = new Promise((resolve) => {
      hasRead = resolve;
    });
    try {
      await this.#build(wanted, hasRead);
    } catch {
      // one of several may be to blame: the others are not to wait for an edit
      if (wanted.length > 1) for (const late of wanted) await this.#make(late).catch(() => {});
    } finally {
      hasRead();
    }
  }

  /** Builds ahead all that is left, of a few services at a time: what is needed meanwhile comes next. */
  async buildRest(): Promise<void> {
    const left = [...this.#late.values()].filter(isMissing);
    while (left.length > 0 && !this.#options.signal.aborted) {
      const few = left.splice(0, FEW).filter(isMissing);
      if (few.length > 0) await this.#build(few).catch(() => {});
    }
  }

  /** Resolves when a build that is under way reads the context no more: what is edited from then on is not in the images. */
  hasRead(): Promise<void> {
    return this.#hasRead;
  }

  /** Removes override files that are not the present ones any more, once no build reads them. */
  dispose(written: Pick<WrittenOverride, 'dispose'>): void {
    this.#queue = this.#queue.then(() => written.dispose()).catch(() => {});
  }

  /** Ends what is being built. */
  async close(): Promise<void> {
    for (const late of this.#late.values()) late.end.abort();
    this.#late.clear();
    await this.#queue;
  }

  async #make(late: Late): Promise<void> {
    // where it was built with those of others, one of them may be to blame
    if (late.running !== undefined) await late.running.catch(() => {});
    if (!late.areThere) await (late.running ?? this.#build([late]));
  }

  #build(wanted: readonly Late[], onRead = (): void => {}): Promise<void> {
    const running = this.#queue.then(() => this.#run(wanted, onRead));
    const ended = running.finally(() => {
      for (const late of wanted) late.running = undefined;
    });
    for (const late of wanted) late.running = ended;
    this.#queue = ended.catch(() => {});
    return ended;
  }

  async #run(wanted: readonly Late[], onRead: () => void): Promise<void> {
    const { cli, written, signal } = this.#options;
    const ends = wanted.map(({ end }) => end.signal);
    const helpers = wanted.flatMap(({ builds }) => builds);
    let progress = helperProgress(helpers.length);
    const onBegin = (): void => {
      // what was exported before is built, and reads the context, once more
      progress = helperProgress(helpers.length);
    };
    let isRead = false;
    const read = (): void => {
      if (!isRead) this.#options.onRead(wanted.map(({ service }) => service));
      isRead = true;
      onRead();
    };
    const onLine = (line: string): void => {
      progress.take(line);
      if (progress.hasRead) read();
    };
    await runBuild(
      { cli, sink: () => undefined, signal: AbortSignal.any([signal, ...ends]), options: { build: false } },
      { written: written(), names: [], helpers, contexts: wanted.map(({ context }) => context), onBegin, onLine },
    );
    read();
    for (const late of wanted) late.areThere = true;
  }
}
