import type { Container, PathStat } from '../docker/engine.js';
import type { CopyStep } from '../dockerfile/model.js';
import type { Destination } from '../plan/copy-map.js';

/**
 * Looks where a COPY step writes: a destination whose last name is a link is what the link leads to, and a destination
 * that is a directory in the layers below takes a single file into it.
 *
 * @param below looks into the layers below the step; `unknown` where there is no image of them
 */
export async function observeDestination(
  container: Pick<Container, 'stat'>,
  below: (path: string) => Promise<PathStat | undefined | 'unknown'>,
  { destination, intoDirectory }: CopyStep,
): Promise<Destination> {
  if (intoDirectory) return { path: destination, directory: true };
  const held = await below(destination);
  const seen = held === 'unknown' ? await container.stat(destination) : held;
  if (seen?.kind !== 'link' || seen.linkTarget === '')
    return { path: destination, directory: seen?.kind === 'directory' };
  const target = held === 'unknown' ? await container.stat(seen.linkTarget) : await below(seen.linkTarget);
  return { path: seen.linkTarget, directory: target !== 'unknown' && target?.kind === 'directory' };
}
