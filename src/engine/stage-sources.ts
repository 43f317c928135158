import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
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
  const names = (await findNames(container, real, patterns.length)) ?? (await archiveNames(container, real));
  const matching = names.filter(
    (inner) => inner.length === patterns.length && inner.every((name, i) => patterns[i]?.test(name)),
  );
  return matching.map((inner) => posix.join(front, ...inner)).sort();
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.');

/** Names on the way to each path so deep below a directory; undefined where the container has no `find`, or does not run. */
async function findNames(container: Container, directory: string, depth: number): Promise<string[][] | undefined> {
  const deep = `${depth}`;
  // -xdev: what is mounted there is no part of the stage
  const argv = ['find', directory, '-xdev', '-mindepth', deep, '-maxdepth', deep, '-print0'];
  try {
    const process = await container.exec({ argv, user: '0' });
    process.stderr.resume();
    const printed = await buffer(process.stdout);
    if ((await process.exit) !== 0 || !isUtf8(printed)) return undefined;
    const paths = printed.toString('utf8').split('\0').slice(0, -1);
    return paths.map((path) => namesOf(path.slice(directory.length)));
  } catch {
    return undefined;
  }
}

/** Names on the way to all that is below a directory. An archive holds the contents as well: it is read where nothing else tells. */
async function archiveNames(container: Container, directory: string): Promise<string[][]> {
  const archive = await container.getArchive(directory);
  if (!archive) return [];
  const found: string[][] = [];
  for await (const { header } of tarMembers(archive))
    found.push(namesOf(header.path.slice(posix.basename(directory).length)));
  return found;
}
