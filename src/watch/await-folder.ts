import { once } from 'node:events';
import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';

/** True for a directory that is there, or a link to one. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/**
 * Resolves when a directory is there. The nearest one above it tells: no event comes of what is not there.
 *
 * @param folder absolute
 * @param signal ends the wait; it rejects then
 */
export async function awaitFolder(folder: string, signal: AbortSignal): Promise<void> {
  for (let above = await nearest(folder); above !== folder; above = await nearest(folder)) {
    const watcher = watch(above);
    try {
      const happened = once(watcher, 'change', { signal });
      // what came before the watch was placed tells nobody
      if ((await nearest(folder)) === above) await happened;
      else happened.catch(() => {});
    } finally {
      watcher.close();
    }
  }
}

/** What there is to say of a build context that has gone while it was followed. */
export const describeAbsence = (root: string): Diagnostic => ({
  code: 'context-gone',
  severity: 'warning',
  message: `The build context ${root} is not there any more.`,
  hint: 'Nothing is pushed meanwhile; once it is back, what differs in it is.',
});

/** The path itself where it is a directory, else the next one up that is. */
async function nearest(path: string): Promise<string> {
  return (await isFolder(path)) || dirname(path) === path ? path : nearest(dirname(path));
}
