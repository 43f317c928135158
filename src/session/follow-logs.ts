import type { Engine } from '../docker/engine.js';
import type { EventSink } from '../events.js';

/** Passes on what the services' containers print, across restarts. */
export class LogFollower {
  readonly #engine: Engine;
  readonly #sink: EventSink;
  readonly #signal: AbortSignal;
  /** ISO 8601. What a container that was running already printed before it is not shown. */
  readonly #begin: string;
  readonly #following = new Map<string, Promise<void>>();
  readonly #services = new Map<string, string>();
  /** When the process ended whose output was shown last: the engine notes a start only after the first output. */
  readonly #ends = new Map<string, string>();

  constructor(options: { engine: Engine; sink: EventSink; signal: AbortSignal; begin: string }) {
    this.#begin = options.begin;
    this.#engine = options.engine;
    this.#sink = options.sink;
    this.#signal = options.signal;
  }

  /** Shows the output of a container until its process ends. */
  follow(service: string, containerId: string): void {
    this.#services.set(containerId, service);
    const before = this.#following.get(containerId) ?? Promise.resolve();
    const stream = before.then(() => this.#stream(service, containerId)).catch(() => {});
    this.#following.set(containerId, stream);
  }

  /** The engine ends a log stream with the container's process: after a restart it is opened again. */
  restarted(containerId: string): void {
    const service = this.#services.get(containerId);
    if (service !== undefined) this.follow(service, containerId);
  }

  async #stream(service: string, containerId: string): Promise<void> {
    if (this.#signal.aborted) return;
    const container = this.#engine.container(containerId);
    const { startedAt } = await container.inspect();
    const since = this.#ends.get(containerId) ?? (startedAt < this.#begin ? this.#begin : undefined);
    await container.followLogs({
      ...(since !== undefined && { since }),
      signal: this.#signal,
      onLine: (stream, line) => this.#sink({ type: 'log', service, containerId, stream, line }),
    });
    const { finishedAt } = await container.inspect();
    if (finishedAt !== undefined) this.#ends.set(containerId, finishedAt);
  }
}
