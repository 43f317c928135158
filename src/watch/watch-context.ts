import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { DirectoryIdentities } from './directory-identities.js';
import type { IgnoreRules } from './ignore.js';
import { MissedDirectories } from './missed-directories.js';

export interface WatchOptions {
  /** Absolute path of the context, with links resolved. */
  readonly root: string;
  readonly ignore: IgnoreRules;
  /** True for paths that some step reads, and for directories on the way to them. */
  readonly wanted: (path: string) => boolean;
  /** Something may have changed at this path or below it; relative to the context. */
  readonly onPath: (path: string) => void;
  /** A directory has no watch, and why (`ENOSPC`, `EMFILE`: there are no more; `EACCES`, `EPERM`: it may not be read). */
  readonly onUnwatched?: (path: string, code: string) => void;
  /**
   * More happened at once than the system remembers, a watched directory has another one in its place, or the root is gone:
   * anything may have changed, and directories may be unwatched.
   */
  readonly onLost: () => void;
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

/** Errors of a single directory; the others go on being watched. */
const OF_DIRECTORY: readonly unknown[] = ['ENOSPC', 'EMFILE', 'EACCES', 'EPERM'];

/** Events that come in one turn of the event loop, from which on the system's queue (of 16,384 as a rule) may have run over. */
const MANY = 8000;

/**
 * Watches the directories of a context that steps read, and resolves when all watches are placed. Only directories are
 * watched: the engine of the operating system names the changed file in them, whatever happened to it (a change of its
 * mode, too), and what did happen is found out by looking at the disk.
 */
export async function watchContext(options: WatchOptions): Promise<ContextWatcher> {
  const { root, ignore, wanted, onPath, onUnwatched, onLost, onError } = options;
  const identities = new DirectoryIdentities();
  const pathOf = (absolute: string): string => relative(root, absolute).split(sep).join('/');
  const isLeftOut = (absolute: string): boolean => {
    const path = pathOf(absolute);
    return path !== '' && (ignore.prunes(path) || !wanted(path));
  };
  const unwatched = (absolute: string, stats?: Stats): boolean => {
    if ((stats && !stats.isDirectory()) || isLeftOut(absolute)) return true;
    // asked about each directory whenever the one that holds it is read
    if (stats && identities.note(absolute, stats)) onLost();
    return false;
  };
  const missed = new MissedDirectories({
    after: SECOND_LOOK,
    isSettled: (directory) => identities.has(directory) || isLeftOut(directory),
    onMissed: onLost,
  });
  const looks = new Set<NodeJS.Timeout>();
  const report = (absolute: string): void => {
    const path = pathOf(absolute);
    if (path.startsWith('..') || (path !== '' && !wanted(path))) return;
    onPath(path);
  };
  /** No directory that is watched holds it: nobody else finds another one in its place. */
  const lookAtRoot = async (): Promise<void> => {
    const stats = await lstat(root).catch(() => undefined);
    if (!stats || identities.note(root, stats)) onLost();
  };
  const watcher = watch(root, { ignored: unwatched, ignoreInitial: true, followSymlinks: false, atomic: false });
  const overflow = countTurns(onLost);
  watcher.on('raw', (_event, name, details) => {
    overflow();
    const { watchedPath } = details as { watchedPath: string };
    // what happens to the watched directory itself comes under its own name
    if (watchedPath === root && name === basename(root)) void lookAtRoot();
    report(name ? join(watchedPath, name) : watchedPath);
  });
  watcher.on('addDir', (path) => {
    report(path);
    missed.lookIn([path]);
    const look = setTimeout(() => {
      looks.delete(look);
      report(path);
    }, SECOND_LOOK);
    looks.add(look);
  });
  watcher.on('unlinkDir', (path) => {
    identities.forget(path);
    report(path);
    // it may be there: a look that was overtaken by events takes a new directory for one that is gone
    missed.lookIn([dirname(path)]);
  });
  watcher.on('error', (thrown) => {
    const { code, path, error } = faultOf(thrown);
    if (path !== undefined && code !== undefined && OF_DIRECTORY.includes(code)) onUnwatched?.(pathOf(path), code);
    else onError(error);
  });
  // not `once` of node:events: it would take an error of one directory for the end
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  missed.lookIn(identities.paths);
  return {
    close: async () => {
      missed.close();
      for (const look of looks) clearTimeout(look);
      await watcher.close();
    },
  };
}

interface WatchFault {
  readonly error: Error;
  readonly code: string | undefined;
  /** Absolute. */
  readonly path: string | undefined;
}

function faultOf(thrown: unknown): WatchFault {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code, path } = error as NodeJS.ErrnoException;
  return { error, code, path };
}

/** Counts calls of one turn of the event loop, and tells once a turn that there are many. */
function countTurns(onMany: () => void): () => void {
  let count = 0;
  return () => {
    if (count++ === 0) setImmediate(() => (count = 0));
    if (count === MANY) onMany();
  };
}
