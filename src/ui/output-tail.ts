import type { LivepushEvent } from '../events.js';

const longestTail = 50;

type Tailed = Extract<
  LivepushEvent,
  { service: string; type: `build${string}` | `rebuild${string}` | `command${string}` }
>;

const keyOf = (event: Tailed): string =>
  'containerId' in event ? `${event.service}/${event.containerId}` : event.service;

/** Keeps the end of the output of each running build or command, for when it fails. */
export class OutputTail {
  readonly #tails = new Map<string, LivepushEvent[]>();

  /** Takes an event; if it ends a build or a command, gives the output events that led there. */
  before(event: LivepushEvent): readonly LivepushEvent[] {
    switch (event.type) {
      case 'buildStart':
      case 'rebuildStart':
      case 'commandExecute':
        this.#tails.set(keyOf(event), []);
        return [];
      case 'buildOutput':
      case 'commandOutput':
        this.#keep(keyOf(event), event);
        return [];
      case 'buildEnd':
      case 'rebuildEnd':
      case 'commandReturn': {
        const tail = this.#take(keyOf(event));
        // a build that did not fail itself has nothing to tell
        return 'blockedBy' in event || ('cancelled' in event && event.cancelled) ? [] : tail;
      }
      default:
        return [];
    }
  }

  #keep(key: string, event: LivepushEvent): void {
    const tail = this.#tails.get(key) ?? [];
    tail.push(event);
    if (tail.length > longestTail) tail.shift();
    this.#tails.set(key, tail);
  }

  #take(key: string): readonly LivepushEvent[] {
    const tail = this.#tails.get(key) ?? [];
    this.#tails.delete(key);
    return tail;
  }
}
