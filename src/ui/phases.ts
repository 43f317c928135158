import type { PushPhases } from '../events.js';
import { formatDuration } from './quantities.js';

const NAMES: Readonly<Record<keyof PushPhases, string>> = {
  event: 'events',
  quiet: 'quiet window',
  look: 'look',
  wait: 'wait',
  plan: 'plan',
  copy: 'copy',
  run: 'run',
  restart: 'restart',
};

/** Where the time since the first file event went: `quiet window 15 ms, plan 3 ms, copy 6 ms`. What took none is left out. */
export function describePhases(phases: PushPhases): string {
  const names = Object.keys(NAMES) as (keyof PushPhases)[];
  const spent = names.filter((name) => Math.round(phases[name]) > 0);
  return spent.map((name) => `${NAMES[name]} ${formatDuration(phases[name])}`).join(', ');
}
