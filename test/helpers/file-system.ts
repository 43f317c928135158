import { createHash } from 'node:crypto';
import type { Container } from '../../src/docker/engine.js';
import { readTar, type TarHeader } from '../../src/docker/tar.js';

/** What stands at one path. Times are no part of it, and a hard link is a file like any other. */
export interface SeenPath {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a link; empty otherwise. */
  readonly target: string;
  /** Digest of a file's content; empty otherwise. */
  readonly digest: string;
}

/** A whole file system by absolute path. */
export type FileSystem = ReadonlyMap<string, SeenPath>;

/** What the engine puts into every container that is started, and what lies under its mounts. */
const notOfTheImage =
  /^\/(?:proc|sys|dev|run|sbin)(?:\/|$)|^\/etc\/(?:hostname|hosts|resolv\.conf|mtab)$|^\/usr\/sbin\/docker-init$|^\/\.dockerenv$|^\/$/;

/** Reads all of a container's file system, or what is below a directory; it may be running, stopped, or never started. */
export async function readFileSystem(container: Container, root = '/'): Promise<FileSystem> {
  const archive = await container.getArchive(root);
  if (archive === undefined) throw new Error(`There is no directory ${root} in ${container.id}.`);
  const found = new Map<string, SeenPath>();
  await readTar(archive, async (header, body) => {
    const path = `/${header.path}`;
    const hash = createHash('sha256');
    for await (const chunk of body) hash.update(chunk as Buffer);
    const seen = header.kind === 'hardlink' ? found.get(`/${header.linkTarget.replace(/^\/+/, '')}`) : undefined;
    found.set(path, seen ?? describe(header, hash.digest('base64url').slice(0, 12)));
  });
  for (const path of found.keys()) if (notOfTheImage.test(path)) found.delete(path);
  return found;
}

const describe = ({ kind, mode, uid, gid, linkTarget }: TarHeader, digest: string): SeenPath => ({
  ...{ mode, uid, gid },
  kind: kind === 'hardlink' ? 'other' : kind,
  target: kind === 'link' ? linkTarget : '',
  digest: kind === 'file' ? digest : '',
});

/** One line for each path that differs, in order. */
export function differences(expected: FileSystem, got: FileSystem): string[] {
  const paths = [...new Set([...expected.keys(), ...got.keys()])].sort();
  return paths.flatMap((path) => {
    const [wanted, there] = [show(expected.get(path)), show(got.get(path))];
    return wanted === there ? [] : [`${path}: a clean build has ${wanted}, the container has ${there}`];
  });
}

function show(seen: SeenPath | undefined): string {
  if (seen === undefined) return 'nothing';
  const { kind, mode, uid, gid, target, digest } = seen;
  const rights = `${mode.toString(8).padStart(4, '0')} ${uid}:${gid}`;
  return [kind, rights, target && `-> ${target}`, digest].filter((part) => part !== '').join(' ');
}
