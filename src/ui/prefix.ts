import type { LivepushEvent } from '../events.js';
import { paintNth } from './colour.js';

/** Makes the column in front of a service's lines, `web  | `: as wide as the longest name so far, as compose does. */
export class Prefix {
  readonly #names: string[] = [];
  readonly #colour: boolean;
  readonly #widest: () => number;
  #width = 0;

  /** `widest` limits the column, where there is little room; a longer name is still written in full. */
  constructor({ colour, widest = () => Number.POSITIVE_INFINITY }: { colour: boolean; widest?: () => number }) {
    this.#colour = colour;
    this.#widest = widest;
  }

  /** The column of an event; empty if it is about no service. */
  of(event: LivepushEvent): string {
    if (event.type === 'ready') for (const name of event.services) this.#learn(name);
    if (!('service' in event) || event.service === undefined) return '';
    this.#learn(event.service);
    const column = `${event.service.padEnd(Math.min(this.#width, this.#widest()))}  | `;
    return this.#colour ? paintNth(column, this.#names.indexOf(event.service)) : column;
  }

  #learn(name: string): void {
    if (this.#names.includes(name)) return;
    this.#names.push(name);
    this.#width = Math.max(this.#width, name.length);
  }
}

/** The time of day on the user's clock: `14:02:07`. */
export function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
