import type { Container } from '../../docker/engine.js';

/**
 * True when a directory is there, or a link that leads somewhere: a destination that exists keeps its mode and owner (and a
 * link stays one), so it must not appear in the archive that is unpacked there.
 */
export async function isPresentDirectory(container: Pick<Container, 'stat'>, path: string): Promise<boolean> {
  const present = await container.stat(path);
  return present?.kind === 'directory' || (present?.kind === 'link' && present.linkTarget !== '');
}
