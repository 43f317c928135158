import type { Engine } from '../docker/engine.js';
import type { EventSink } from '../events.js';

interface FollowOptions {
  readonly engine: Engine;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  /** ISO 8601. What a container that was running already printed before it is not shown. */
  readonly begin: string;
}

/** The output of one container, as far as it was shown. */
interface Followed {
  readonly service: string;
  /** When the last line was printed that was shown. */
  last: string | undefined;
  /** The open stream; undefined when it has ended. */
  stream: Promise<void> | undefined;
  /** The container was started while the stream was open: it may be that of the process before. */
  again: boolean;
}

/** Passes on what the services' containers print, each line once, across restarts of containers and engine. */
export class LogFollower {
  readonly #options: FollowOptions;
  readonly #containers = new Map<string, Followed>();

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /**
   * Shows the output of a container that was not followed yet, or has been started again. The engine ends a log stream with
   * the container's process.
   */
  follow(service: string, containerId: string): void {
    const known = this.#containers.get(containerId);
    const followed = known ?? { service, last: undefined, stream: undefined, again: false };
    this.#containers.set(containerId, followed);
    if (followed.stream !== undefined) followed.again = true;
    else this.#open(containerId, followed);
  }

  /** Forgets a container that is gone; what it printed is shown to its end. */
  forget(containerId: string): void {
    this.#containers.delete(containerId);
  }

  #open(containerId: string, followed: Followed): void {
    followed.again = false;
    followed.stream = this.#stream(containerId, followed)
      // a container that is gone prints nothing; when the engine is back, it is asked again
      .catch(() => {})
      .finally(() => {
        followed.stream = undefined;
        if (followed.again && !this.#options.signal.aborted) this.#open(containerId, followed);
      });
  }

  async #stream(containerId: string, followed: Followed): Promise<void> {
    const { engine, sink, signal } = this.#options;
    const container = engine.container(containerId);
    followed.last ??= await this.#begin(containerId);
    if (signal.aborted) return;
    await container.followLogs({
      ...(followed.last !== undefined && { since: followed.last }),
      signal,
      onLine: ({ stream, text, time }) => {
        // both outputs have their own times: the later counts
        if (followed.last === undefined || time > followed.last) followed.last = time;
        return sink({ type: 'log', service: followed.service, containerId, stream, line: text });
      },
    });
  }

  /** From where on a container is shown: all of one that was started in this session. */
  async #begin(containerId: string): Promise<string | undefined> {
    const { engine, begin } = this.#options;
    const { startedAt } = await engine.container(containerId).inspect();
    return startedAt < begin ? begin : undefined;
  }
}
