import { once } from 'node:events';
import type { Stats } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { watch } from 'chokidar';
import type { IgnoreRules } from './ignore.js';

export interface WatchOptions {
  /** Absolute path of the context, with links resolved. */
  readonly root: string;
  readonly ignore: IgnoreRules;
  /** True for paths that some step reads, and for directories on the way to them. */
  readonly wanted: (path: string) => boolean;
  /** Something may have changed at this path or below it; relative to the context. */
  readonly onPath: (path: string) => void;
  readonly onError: (error: Error) => void;
}

export interface ContextWatcher {
  close(): Promise<void>;
}

/**
 * Milliseconds after which a new directory is looked at a second time: the library reads a directory before it watches
 * it, and what is written between the two would go unseen.
 */
const SECOND_LOOK = 150;

/**
 * Watches the directories of a context that steps read, and resolves when all watches are placed. Only directories are
 * watched: the engine of the operating system names the changed file in them, whatever happened to it (a change of its
 * mode, too), and what did happen is found out by looking at the disk.
 */
export async function watchContext({ root, ignore, wanted, onPath, onError }: WatchOptions): Promise<ContextWatcher> {
  const pathOf = (absolute: string): string => relative(root, absolute).split(sep).join('/');
  const unwatched = (absolute: string, stats?: Stats): boolean => {
    if (stats && !stats.isDirectory()) return true;
    const path = pathOf(absolute);
    return path !== '' && (ignore.prunes(path) || !wanted(path));
  };
  const looks = new Set<NodeJS.Timeout>();
  const report = (absolute: string): void => {
    const path = pathOf(absolute);
    if (path.startsWith('..') || (path !== '' && !wanted(path))) return;
    onPath(path);
  };
  const watcher = watch(root, { ignored: unwatched, ignoreInitial: true, followSymlinks: false, atomic: false });
  watcher.on('raw', (_event, name, details) => {
    const { watchedPath } = details as { watchedPath: string };
    report(name ? join(watchedPath, name) : watchedPath);
  });
  watcher.on('addDir', (path) => {
    report(path);
    const look = setTimeout(() => {
      looks.delete(look);
      report(path);
    }, SECOND_LOOK);
    looks.add(look);
  });
  watcher.on('unlinkDir', report);
  watcher.on('error', (error) => onError(error instanceof Error ? error : new Error(String(error))));
  await once(watcher, 'ready');
  return {
    close: async () => {
      for (const look of looks) clearTimeout(look);
      await watcher.close();
    },
  };
}
