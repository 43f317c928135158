import type { LivepushEvent } from '../events.js';

const longestTail = 50;

/** Keeps the end of the output of each service's running build or command, for when it fails. */
export class OutputTail {
  readonly #tails = new Map<string, LivepushEvent[]>();

  /** Takes an event; if it ends a build or a command, gives the output events that led there. */
  before(event: LivepushEvent): readonly LivepushEvent[] {
    switch (event.type) {
      case 'buildStart':
      case 'rebuildStart':
      case 'commandExecute':
        this.#tails.set(event.service, []);
        return [];
      case 'buildOutput':
      case 'commandOutput':
        this.#keep(event.service, event);
        return [];
      case 'buildEnd':
      case 'rebuildEnd':
      case 'commandReturn':
        return this.#take(event.service);
      default:
        return [];
    }
  }

  #keep(service: string, event: LivepushEvent): void {
    const tail = this.#tails.get(service) ?? [];
    tail.push(event);
    if (tail.length > longestTail) tail.shift();
    this.#tails.set(service, tail);
  }

  #take(service: string): readonly LivepushEvent[] {
    const tail = this.#tails.get(service) ?? [];
    this.#tails.delete(service);
    return tail;
  }
}
