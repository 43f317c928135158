import { LivepushError } from '../../errors.js';
import type { LockHolder } from './lock-holder.js';

/** The error for a project that somebody else holds: who, where, and what to do. */
export function heldBy(
  { pid, since, command, host, place }: LockHolder,
  { project, lock, here }: { readonly project: string; readonly lock: string; readonly here: string },
): LivepushError {
  const isHere = place === here;
  const process = `process ${pid}${isHere ? '' : ` on ${host}`}`;
  const message = `Project ${project} is held by \`docker livepush ${command}\`, ${process}, since ${localTime(since)}.`;
  const hint = `${hintFor(command, isHere ? `Ctrl-C there, or kill ${pid}` : 'Ctrl-C there')}, or give this one a name of its own with -p. (Volume ${lock})`;
  return new LivepushError('project-held', message, { hint });
}

/** Minutes on the user's clock: `2026-01-02 14:02`. */
function localTime(since: string): string {
  const date = new Date(since);
  const [day, time] = [
    [date.getFullYear(), date.getMonth() + 1, date.getDate()],
    [date.getHours(), date.getMinutes()],
  ].map((parts) => parts.map((part) => String(part).padStart(2, '0')));
  return `${day?.join('-')} ${time?.join(':')}`;
}

function hintFor(command: string, how: string): string {
  if (command !== 'up' && command !== 'watch') return 'Try again when it has ended';
  return `That session pushes all edits already. End it (${how}) to start another`;
}
