import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds after which a change counts as lost. */
export const LIMIT = 30_000;

/** A change that did not arrive. */
export class Lost extends Error {
  /** @override */
  name = 'Lost';
}

/**
 * Looks about once a millisecond until it is so. Throws `Lost` when the limit is over.
 * @param {string} what
 * @param {() => boolean} isSo
 * @param {number} [limit] milliseconds
 */
export async function until(what, isSo, limit = LIMIT) {
  const end = performance.now() + limit;
  while (!isSo()) {
    if (performance.now() > end) throw new Lost(`${what}: not within ${limit / 1000} s`);
    await delay(1);
  }
}
