import type { LivepushEvent } from '../events.js';

/** An event of a session that is to end: a build that comes to nothing now has not failed, it was cancelled. Pure. */
export function tellCancelled(event: LivepushEvent): LivepushEvent {
  if ((event.type !== 'buildEnd' && event.type !== 'rebuildEnd') || event.ok) return event;
  const { type, service, ok, durationMs } = event;
  return { type, service, ok, durationMs, cancelled: true };
}
