import { posix } from 'node:path';
import type { Container, PathStat } from '../docker/engine.js';
import type { CopyStep } from '../dockerfile/model.js';
import type { Destination } from '../plan/copy-map.js';

/**
 * Looks where a COPY step writes: links on the way are what they lead to, so that a place has one name, and a destination
 * that is a directory in the layers below takes a single file into it.
 *
 * @param below looks into the layers below the step; `unknown` where there is no image of them
 */
export async function observeDestination(
  container: Pick<Container, 'stat'>,
  below: (path: string) => Promise<PathStat | undefined | 'unknown'>,
  { destination, intoDirectory }: CopyStep,
): Promise<Destination> {
  const look = async (path: string): Promise<PathStat | undefined> => {
    const held = await below(path);
    return held === 'unknown' ? container.stat(path) : held;
  };
  const names = destination.split('/').filter((name) => name !== '');
  let at = '/';
  let seen: PathStat | undefined;
  for (const [nth, name] of names.entries()) {
    const path = posix.join(at, name);
    seen = await look(path);
    if (!seen) return { path: posix.join(path, ...names.slice(nth + 1)), directory: intoDirectory };
    const leads = seen.kind === 'link' && seen.linkTarget !== '';
    at = leads ? seen.linkTarget : path;
    if (leads && nth === names.length - 1) seen = await look(at);
  }
  return { path: at, directory: intoDirectory || seen?.kind === 'directory' };
}
