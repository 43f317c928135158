import { realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Batch, systemClock } from '../watch/batch.js';
import { followContext } from '../watch/follow-context.js';
import { ignoreNothing, parseIgnore } from '../watch/ignore.js';
import type { ContextWatcher } from '../watch/watch-context.js';
import { InvalidArgumentError, RuntimeError } from './errors.js';
import type { Livepush } from './livepush.js';

/** How a folder is followed. */
export interface FsWatcherOpts {
  /** True (the default): what is there already is not pushed. False: it is, as far as the container does not have it. */
  readonly noInit?: boolean;
  /**
   * Paths that are not followed: a pattern as in an ignore file, relative to the folder; a regular expression or a function
   * for the whole path.
   */
  readonly ignored?: string | RegExp | ((path: string) => boolean);
  /** Milliseconds without a change before a push starts; 200 when left out. */
  readonly debounceWait?: number;
}

/** A folder that is being followed. */
export interface FsWatcher {
  /** Resolves when changes are seen; rejects when the folder cannot be followed. */
  readonly ready: Promise<void>;
  /** Follows the folder no more. A push that is running goes on. */
  close(): Promise<void>;
}

/** Milliseconds that changes are gathered at most, as a multiple of the quiet time. */
const CAP_FACTOR = 20;

/**
 * Follows a folder, the build context or one in it, and pushes what changes there until it is closed. A push that fails,
 * and a folder that cannot be followed, are `error` events of the instance.
 */
export function setupFsWatcher(livepush: Livepush, path: string, opts: FsWatcherOpts = {}): FsWatcher {
  const quiet = opts.debounceWait ?? 200;
  const report = (error: unknown) => void livepush.emit('error', error as Error);
  const push = (paths: Iterable<string>) => void livepush.performLivepush([...paths], []).catch(report);
  const batch = new Batch(systemClock, { quiet, cap: quiet * CAP_FACTOR }, push);
  let closed = false;
  const watcher = follow(livepush, { path, opts, onPath: (changed) => batch.add(changed), onError: report });
  const ready = watcher.then((root) => {
    if (opts.noInit === false && !closed) batch.add(root.path);
  });
  ready.catch((error: unknown) => {
    if (!closed) report(error);
  });
  const close = async () => {
    closed = true;
    batch.close();
    await watcher.then(
      (open) => open.close(),
      () => {},
    );
  };
  return { ready, close };
}

interface Following {
  readonly path: string;
  readonly opts: FsWatcherOpts;
  /** Relative to the context. */
  readonly onPath: (path: string) => void;
  readonly onError: (error: Error) => void;
}

async function follow(
  { context }: Livepush,
  { path, opts, onPath, onError }: Following,
): Promise<ContextWatcher & { readonly path: string }> {
  const root = await realpath(path);
  const inContext = relative(context, root).split(sep).join('/');
  if (inContext === '..' || inContext.startsWith('../')) {
    throw new InvalidArgumentError(`${path} is not in the build context ${context}.`);
  }
  const { ignored } = opts;
  const ignore = typeof ignored === 'string' ? parseIgnore(ignored) : ignoreNothing;
  const isIgnored = (at: string): boolean => {
    if (typeof ignored === 'function') return ignored(at);
    return ignored instanceof RegExp && ignored.test(at);
  };
  const wanted = (at: string) => !isIgnored(join(root, at));
  const found = (at: string) => {
    if (!ignore.ignores(at)) onPath([inContext, at].filter((part) => part !== '').join('/'));
  };
  const onUnwatched = (at: string, code: string) =>
    onError(new RuntimeError('context-file', `The folder ${join(root, at)} cannot be followed: ${code}.`));
  const watcher = await followContext({ root, ignore, wanted, onPath: found, onUnwatched, onError });
  return { path: inContext, close: () => watcher.close() };
}
