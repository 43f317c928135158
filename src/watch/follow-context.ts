import { awaitFolder, isFolder } from './await-folder.js';
import { type ContextWatcher, type WatchOptions, watchContext } from './watch-context.js';

/**
 * Watches a context, and places all watches anew whenever some may be lost, be it with the context itself: once it is back.
 * The whole context is then told to have changed. Resolves when the watches are placed.
 */
export async function followContext(options: Omit<WatchOptions, 'onLost'>): Promise<ContextWatcher> {
  const { root, onPath, onError } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let current: ContextWatcher | undefined;
  let lost = false;
  let placing: Promise<void> = Promise.resolve();
  const place = async () => {
    lost = false;
    current = await watchContext({ ...options, onLost });
  };
  const placeAnew = async () => {
    await current?.close();
    if (!(await isFolder(root))) {
      onPath('');
      await awaitFolder(root, signal);
    }
    if (signal.aborted) return;
    await place();
    onPath('');
  };
  const onLost = () => {
    if (lost) return;
    lost = true;
    placing = placing.then(placeAnew).catch((error: Error) => {
      if (!signal.aborted) onError(error);
    });
  };
  await place();
  return {
    close: async () => {
      closing.abort();
      await placing;
      await current?.close();
    },
  };
}
