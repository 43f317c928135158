import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { IgnoreLine, IgnoreRules } from '../watch/ignore.js';

/** A path that the user names, as it stands on the disk. */
export interface AskedPath {
  /** As the user would name it. */
  readonly shown: string;
  /** Absolute, with the links on the way to it followed, but not itself. */
  readonly absolute: string;
  readonly state: 'file' | 'directory' | 'gone' | 'gone-directory';
}

/** True for a path that is not there. */
export const isGone = (state: AskedPath['state']): boolean => state === 'gone' || state === 'gone-directory';

/** Looks at a path given on the command line. One that is not there was a directory if it ends with a slash. */
export async function askedPath(given: string, cwd: string): Promise<AskedPath> {
  const path = resolve(cwd, given);
  const absolute = path === dirname(path) ? path : join(await realFolder(dirname(path)), basename(path));
  const shown = given.replace(/(?<=.)\/+$/, '');
  const stats = await lstat(absolute).catch(() => undefined);
  if (!stats) return { shown, absolute, state: given.endsWith('/') ? 'gone-directory' : 'gone' };
  return { shown, absolute, state: stats.isDirectory() ? 'directory' : 'file' };
}

/** The folder with all links followed, as far as it is there. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    return folder === dirname(folder) ? folder : join(await realFolder(dirname(folder)), basename(folder));
  }
}

/** The path relative to a build context, `/` between names; undefined for one that is not in it. */
export function pathInContext(absolute: string, root: string): string | undefined {
  const below = relative(root, absolute);
  if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) return undefined;
  return below.split(sep).join('/');
}

/** A path of a context that a question is about. */
export interface FoundPath {
  readonly shown: string;
  readonly absolute: string;
  /** Relative to the context. */
  readonly path: string;
  readonly state: AskedPath['state'];
  /** The line of the ignore file that leaves it out. */
  readonly ignoredBy: IgnoreLine | undefined;
}

/** A context, and what is left out of it. */
export interface AskedContext {
  /** Absolute path. */
  readonly root: string;
  readonly ignore: IgnoreRules;
}

/** What of a context a path stands for: nothing for one that is elsewhere, all of it for a folder around the context. */
export async function findInContext(asked: AskedPath, context: AskedContext): Promise<FoundPath[]> {
  const { root } = context;
  const inner = pathInContext(root, asked.absolute);
  if (asked.state === 'directory' && inner !== undefined && inner !== '') {
    const shown = asked.shown === '.' ? inner : `${asked.shown}/${inner}`;
    return expandPath({ shown, absolute: root, path: '', state: 'directory' }, context);
  }
  const path = pathInContext(asked.absolute, root);
  return path === undefined ? [] : expandPath({ ...asked, path }, context);
}

/** The path, or all in it that is no directory. A directory that is ignored as a whole, or empty, stands for itself. */
async function expandPath(
  asked: AskedPath & { readonly path: string },
  { root, ignore }: AskedContext,
): Promise<FoundPath[]> {
  const { shown, path, state } = asked;
  const found: FoundPath = { ...asked, ignoredBy: path === '' ? undefined : ignore.ignoredBy(path) };
  if (state !== 'directory') return [found];
  if (path !== '' && ignore.prunes(path)) return [{ ...found, shown: `${shown}/` }];
  const entries = await readdir(join(root, path), { withFileTypes: true });
  if (entries.length === 0) return [found];
  const below = entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry): AskedPath & { path: string } => ({
      shown: shown === '.' ? entry.name : `${shown}/${entry.name}`,
      absolute: join(asked.absolute, entry.name),
      path: path === '' ? entry.name : `${path}/${entry.name}`,
      state: entry.isDirectory() ? 'directory' : 'file',
    }));
  return (await Promise.all(below.map((each) => expandPath(each, { root, ignore })))).flat();
}
