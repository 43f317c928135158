import type { LivepushEvent } from '../../src/events.js';

/** Events as they came, for waiting on. */
export class EventLog {
  readonly events: LivepushEvent[] = [];
  readonly #waiting = new Set<() => void>();

  readonly sink = (event: LivepushEvent): undefined => {
    this.events.push(event);
    this.wake();
  };

  /** Asks those who wait to look again. */
  wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  /**
   * Resolves to the first result that is not undefined, asked again with every event. Throws when there is none in time.
   *
   * @param options.within milliseconds
   */
  until<Result>(ask: () => Result | undefined, options: { what: string; within?: number }): Promise<Result> {
    const { what, within = 120_000 } = options;
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(look);
        clearTimeout(timer);
      };
      const look = () => {
        try {
          const result = ask();
          if (result === undefined) return;
          end();
          resolve(result);
        } catch (error) {
          end();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`Waited ${within} ms for ${what}.`));
      }, within);
      this.#waiting.add(look);
      look();
    });
  }

  /** True when the service has no push and no rebuild under way. */
  isIdle(service: string): boolean {
    let busy = 0;
    // a rebuild waits for those of other services
    let awaited = false;
    for (const event of this.events) {
      if (!('service' in event) || event.service !== service) continue;
      if (event.type === 'livepushStart' || event.type === 'rebuildStart') busy++;
      if (event.type === 'livepushEnd' || event.type === 'rebuildEnd') busy--;
      if (event.type === 'livepushEnd') awaited ||= event.rebuild !== undefined;
      if (event.type === 'rebuildStart' || event.type === 'rebuildEnd') awaited = false;
    }
    return busy === 0 && !awaited;
  }
}
