import { posix } from 'node:path';
import type { Container } from '../docker/engine.js';
import { tarMembers } from '../docker/tar.js';
import { componentPattern, isGlob } from '../plan/glob.js';

/** What a path of a container leads to when its last name is a link: COPY follows the links of its sources. */
export async function followedPath(container: Container, path: string): Promise<string> {
  const stat = await container.stat(path);
  return stat?.kind === 'link' && stat.linkTarget ? stat.linkTarget : path;
}

/** The paths of a container that a source of `COPY --from` names: itself, or what matches its pattern, in order. */
export async function expandStageSource(container: Container, source: string): Promise<string[]> {
  const parts = source.split('/').filter((part) => part !== '');
  const first = parts.findIndex(isGlob);
  if (first < 0) return [source];
  const front = posix.join('/', ...parts.slice(0, first));
  const patterns = parts.slice(first).map((part) => componentPattern(part) ?? /(?!)/);
  const real = await followedPath(container, front);
  const archive = await container.getArchive(real);
  if (!archive) return [];
  const found: string[] = [];
  for await (const { header } of tarMembers(archive)) {
    const names = header.path.slice(posix.basename(real).length).split('/');
    const inner = names.filter((name) => name !== '' && name !== '.');
    if (inner.length === patterns.length && inner.every((name, i) => patterns[i]?.test(name))) {
      found.push(posix.join(front, ...inner));
    }
  }
  return found.sort();
}
