import { createHash } from 'node:crypto';
import type { Container } from '../docker/engine.js';
import { tarMembers } from '../docker/tar.js';

/** What is compared of a path. */
export interface SeenPath {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** SHA-256 of a file in base64, where a link leads, empty otherwise. */
  readonly content: string;
}

/** The paths of a file system, absolute. */
export type FileSystem = ReadonlyMap<string, SeenPath>;

/** Reads the file system of a container, running or not, without what is mounted. Contents are hashed as they come by. */
export async function readFileSystem(container: Container, signal: AbortSignal): Promise<FileSystem> {
  const seen = new Map<string, SeenPath>();
  const archive = await container.export();
  const end = (): void => void archive.destroy();
  signal.addEventListener('abort', end, { once: true });
  for await (const { header, body } of tarMembers(archive)) {
    const path = `/${header.path}`;
    const { mode, uid, gid, linkTarget } = header;
    if (header.kind === 'hardlink') {
      const first = seen.get(`/${linkTarget.replace(/^(\.?\/)+/, '')}`);
      if (first) seen.set(path, first);
      continue;
    }
    let content = header.kind === 'link' ? linkTarget : '';
    if (header.kind === 'file') {
      const hash = createHash('sha256');
      for await (const chunk of body) hash.update(chunk as Buffer);
      content = hash.digest('base64');
    }
    seen.set(path, { kind: header.kind, mode: header.kind === 'link' ? 0o777 : mode, uid, gid, content });
  }
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  return seen;
}
