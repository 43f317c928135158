import { lstat, readlink } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** Links that lead to one another, as many as the system follows. */
const MOST_LINKS = 40;

/**
 * All paths at which something decides what a path leads to: itself, each link on the way, and where it ends (or would, where
 * nothing is there). Without links that is the path alone.
 *
 * @param path absolute and clean
 */
export async function linkPlaces(path: string): Promise<readonly string[]> {
  const places = new Set([path]);
  const rest = path.split(sep).filter((part) => part !== '');
  let at: string = sep;
  let links = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, part);
    const target = await linkTarget(next);
    if (target === undefined) {
      at = next;
      continue;
    }
    places.add(next);
    links += 1;
    if (links > MOST_LINKS) return [...places];
    if (target.startsWith(sep)) at = sep;
    rest.unshift(...target.split(sep).filter((each) => each !== '' && each !== '.'));
  }
  return [...places.add(at)];
}

/** Undefined for what is no link, or not there. */
async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch {
    return undefined;
  }
}
