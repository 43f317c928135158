import type { Engine } from '../docker/engine.js';
import type { EventSink } from '../events.js';

/** Passes on what the services' containers print, across restarts. */
export class LogFollower {
  readonly #engine: Engine;
  readonly #sink: EventSink;
  readonly #signal: AbortSignal;
  readonly #following = new Map<string, Promise<void>>();
  readonly #services = new Map<string, string>();

  constructor(options: { engine: Engine; sink: EventSink; signal: AbortSignal }) {
    this.#engine = options.engine;
    this.#sink = options.sink;
    this.#signal = options.signal;
  }

  /** @param since ISO 8601 time after which output is shown */
  follow(service: string, containerId: string, since: string): void {
    this.#services.set(containerId, service);
    const before = this.#following.get(containerId) ?? Promise.resolve();
    const stream = before.then(() => this.#stream(service, containerId, since)).catch(() => {});
    this.#following.set(containerId, stream);
  }

  /** The engine ends a log stream with the container's process: after a restart it is opened again. */
  restarted(containerId: string, since: string): void {
    const service = this.#services.get(containerId);
    if (service !== undefined) this.follow(service, containerId, since);
  }

  async #stream(service: string, containerId: string, since: string): Promise<void> {
    if (this.#signal.aborted) return;
    await this.#engine.container(containerId).followLogs({
      since,
      signal: this.#signal,
      onLine: (stream, line) => this.#sink({ type: 'log', service, containerId, stream, line }),
    });
  }
}
