import type { LivepushEvent } from '../events.js';

/** Milliseconds after which somebody who asked for the end is told what it waits for. */
const PATIENCE = 1_000;

/** Calls `tell` when the signal has fired and the result was not called within a second. */
export function tellSlowEnd(signal: AbortSignal, tell: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer = setTimeout(tell, PATIENCE);
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return () => {
    signal.removeEventListener('abort', start);
    clearTimeout(timer);
  };
}

/** What a session says that does not end at once. */
export const slowEnd = (waitsFor: string | undefined): Extract<LivepushEvent, { type: 'diagnostic' }> => ({
  type: 'diagnostic',
  severity: 'note',
  code: 'ending',
  message: `Waiting for ${waitsFor ?? 'what is under way to end'}.`,
  hint: 'Ctrl-C once more ends at once, and leaves the rest to the next session or to `docker livepush down`.',
});
