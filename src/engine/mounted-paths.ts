import { posix } from 'node:path';
import type { Container, ContainerInfo } from '../docker/engine.js';
import type { MountedPath } from '../plan/plan.js';

interface Mounting {
  container(): Promise<Container>;
  info(): Promise<Pick<ContainerInfo, 'mounts'>>;
}

const known = new WeakMap<Mounting, Promise<MountedPath[]>>();

/**
 * Where something is mounted in a container, links on the way followed as the engine does when it mounts; looked up once, as
 * a container keeps its mounts. Nothing can be written to a volume that is mounted to be read: it hides the image as a bind
 * mount does.
 */
export async function mountsOf(target: Mounting): Promise<MountedPath[]> {
  const found = known.get(target) ?? lookUp(target);
  known.set(target, found);
  try {
    return await found;
  } catch (error) {
    known.delete(target);
    throw error;
  }
}

async function lookUp(target: Mounting): Promise<MountedPath[]> {
  const [container, { mounts }] = await Promise.all([target.container(), target.info()]);
  return Promise.all(
    mounts.map(async ({ type, destination, readOnly }) => ({
      destination: await realPath(container, destination),
      bind: type !== 'volume' || readOnly,
    })),
  );
}

async function realPath(container: Container, path: string): Promise<string> {
  const names = path.split('/').filter((name) => name !== '');
  let at = '/';
  for (const [nth, name] of names.entries()) {
    const next = posix.join(at, name);
    // the last one is the mount itself
    const seen = nth === names.length - 1 ? undefined : await container.stat(next);
    if (!seen) return posix.join(next, ...names.slice(nth + 1));
    at = seen.kind === 'link' && seen.linkTarget !== '' ? seen.linkTarget : next;
  }
  return at;
}
