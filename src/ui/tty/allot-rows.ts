import type { Mark } from './service-row.js';

/** What a service would like to show below its own row. */
export interface Wish {
  readonly service: string;
  readonly mark: Mark;
  /** Lines that it has to show, and would be shown if there were room. */
  readonly lines: number;
}

/** The services that get a row of the screen, each with how many lines below it; the others are only counted. */
export type Allotment = ReadonlyMap<string, number>;

/**
 * Shares out the rows: first one for each service that failed, then for each that is busy, then the lines below these,
 * and what is left goes to the others. When not all services have one, a row stays free for the summary.
 */
export function allotRows(wishes: readonly Wish[], rows: number): Allotment {
  const all = share(wishes, rows);
  return all.size === wishes.length ? all : share(wishes, rows - 1);
}

const urgency: readonly Mark[] = ['bad', 'busy', 'good', 'idle'];

function share(wishes: readonly Wish[], rows: number): Allotment {
  const byUrgency = urgency.flatMap((mark) => wishes.filter((wish) => wish.mark === mark));
  const urgent = byUrgency.filter(({ mark }) => mark === 'bad' || mark === 'busy');
  const allotted = new Map<string, number>();
  let left = rows;
  const give = ({ service }: Wish, lines: number): void => {
    const given = Math.max(0, Math.min(lines, left));
    left -= given;
    allotted.set(service, (allotted.get(service) ?? 0) + given);
  };
  const giveRow = (wish: Wish): void => {
    if (left < 1 || allotted.has(wish.service)) return;
    left -= 1;
    allotted.set(wish.service, 0);
  };
  const giveLines = (wish: Wish): void => (allotted.has(wish.service) ? give(wish, wish.lines) : undefined);
  for (const wish of urgent) giveRow(wish);
  for (const wish of urgent) giveLines(wish);
  const others = byUrgency.filter((wish) => !urgent.includes(wish));
  for (const wish of others.filter(({ lines }) => lines > 0)) giveRow(wish);
  for (const wish of others) giveLines(wish);
  for (const wish of others) giveRow(wish);
  return allotted;
}
