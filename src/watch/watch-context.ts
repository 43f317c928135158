import { relative, sep } from 'node:path';
import { DirectoryWatches, identityOf } from './directory-watches.js';
import type { IgnoreRules } from './ignore.js';
import { RecursiveWatch } from './recursive-watch.js';

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

/** Events that come in one turn of the event loop, from which on the system's queue (of 16,384 as a rule) may have run over. */
const MANY = 8000;

/**
 * Watches the directories of a context that steps read, and resolves when all watches are placed. Only directories are
 * watched: the engine of the operating system names the changed file in them, whatever happened to it (a change of its
 * mode, too), and what did happen is found out by looking at the disk.
 */
export async function watchContext(options: WatchOptions): Promise<ContextWatcher> {
  const { root, ignore, wanted, onPath, onUnwatched, onLost, onError } = options;
  const pathOf = (absolute: string): string => relative(root, absolute).split(sep).join('/');
  const identity = identityOf(root);
  const overflow = countTurns(onLost);
  const watches = new Watches({
    root,
    isLeftOut: (directory) => {
      const path = pathOf(directory);
      return path !== '' && (ignore.prunes(path) || !wanted(path));
    },
    onEvent: (absolute) => {
      overflow();
      const path = pathOf(absolute);
      if (path === '' || wanted(path)) onPath(path);
    },
    // no directory that is watched holds it: nobody else finds another one in its place
    onRoot: () => {
      if (identityOf(root) !== identity) onLost();
    },
    onUnwatched: (directory, code) => onUnwatched?.(pathOf(directory), code),
    onError,
  });
  await watches.start();
  return { close: async () => watches.close() };
}

const Watches = process.platform === 'darwin' || process.platform === 'win32' ? RecursiveWatch : DirectoryWatches;

/** Counts calls of one turn of the event loop, and tells once a turn that there are many. */
function countTurns(onMany: () => void): () => void {
  let count = 0;
  return () => {
    if (count++ === 0) setImmediate(() => (count = 0));
    if (count === MANY) onMany();
  };
}
