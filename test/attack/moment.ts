import { setTimeout as delay } from 'node:timers/promises';
import type { UpProcess } from '../helpers/up-process.js';
import type { Draw } from '../soak/edits.js';

/** When in a push something is killed. */
export type Moment =
  /** So long after the edit, in milliseconds. */
  | { readonly kind: 'time'; readonly after: number }
  /** So long after the first event of a kind. */
  | { readonly kind: 'event'; readonly type: (typeof EVENTS)[number]; readonly after: number };

/** What a push tells of on its way, with and without steps. */
const EVENTS = ['livepushStart', 'commandExecute', 'commandReturn', 'filesCopied', 'containerRestartStart'] as const;

/**
 * A moment of a push.
 *
 * @param lasts milliseconds that such a push has taken
 */
export function drawMoment(draw: Draw, { runs, lasts }: { runs: boolean; lasts: number }): Moment {
  if (draw(2) === 0) return { kind: 'time', after: draw(lasts) };
  const events = EVENTS.filter((type) => runs || !type.startsWith('command'));
  const type = events[draw(events.length)] ?? 'livepushStart';
  return { kind: 'event', type, after: draw(2) === 0 ? 0 : draw(100) };
}

/** Resolves at the moment; where the push ends before it, then. */
export async function comesTo(moment: Moment, up: UpProcess, since: number): Promise<void> {
  if (moment.kind === 'event') await Promise.race([up.wait(moment.type, { since }), up.wait('livepushEnd', { since })]);
  await delay(moment.after);
}

export const describeMoment = (moment: Moment): string =>
  `${moment.after} ms after ${moment.kind === 'time' ? 'the edit' : moment.type}`;
