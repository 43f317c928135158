import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Container } from '../../docker/engine.js';
import { tarMembers } from '../../docker/tar.js';
import type { TarEntry } from '../../docker/tar-entry.js';
import type { FoundPath } from './found-paths.js';

/** Files up to which each is asked for by itself. */
const FEW = 64;

/** Requests at the same time. */
const AHEAD = 8;

/** Bytes of content up to which all of it is kept for further containers. */
const KEPT = 32 * 1024 * 1024;

/** Makes the members of an archive of what a build container has; called once for each container that gets it. */
export type Members = () => AsyncIterable<TarEntry> | Iterable<TarEntry>;

/**
 * Reads paths of a build container to write them elsewhere: once, if they are not large.
 *
 * @param copies how many containers get them
 */
export async function readFiles(container: Container, found: readonly FoundPath[], copies: number): Promise<Members> {
  const bytes = found.reduce((sum, { kind, size }) => sum + (kind === 'file' ? size : 0), 0);
  const read = () => membersOf(container, found);
  if (copies < 2 || bytes > KEPT) return read;
  const kept: TarEntry[] = [];
  for await (const entry of read()) {
    if (entry.kind !== 'file' || !('open' in entry)) kept.push(entry);
    else {
      const { open, size: _, ...common } = entry;
      kept.push({ ...common, content: await buffer(open()) });
    }
  }
  return () => kept;
}

async function* membersOf(container: Container, found: readonly FoundPath[]): AsyncGenerator<TarEntry> {
  const files: FoundPath[] = [];
  for (const seen of found) {
    const { kind, path, mode, uid, gid, target } = seen;
    const common = { path: path.slice(1), uid, gid };
    if (kind === 'directory') yield { kind, ...common, mode };
    else if (kind === 'link') yield { kind, ...common, mode: 0o777, target: target ?? '' };
    else if (kind === 'file') files.push(seen);
  }
  const left = new Map(files.map((seen) => [seen.path, seen]));
  if (files.length > FEW) yield* fromTar(container, left);
  yield* oneByOne(container, [...left.values()]);
}

const WITH_CAPABILITIES = ['--xattrs', '--xattrs-include=security.capability'];
const WHOLE = ['--hard-dereference'];

/** By GNU tar in the container; what it has not told is left. */
async function* fromTar(container: Container, left: Map<string, FoundPath>): AsyncGenerator<TarEntry> {
  const argv = ['tar', ...WITH_CAPABILITIES, '-cf', '-', '-C', '/', '--null', '--no-recursion', ...WHOLE, '-T', '-'];
  const process = await container.exec({ argv, user: '0', stdin: true });
  process.stderr.resume();
  const names = [...left.keys()].map((path) => `.${path}\0`).join('');
  void pipeline(Readable.from([names], { objectMode: false }), process.stdin).catch(() => {});
  try {
    for await (const { header, body } of tarMembers(process.stdout)) {
      const path = `/${header.path}`;
      if (header.kind !== 'file' || !left.delete(path)) continue;
      yield fileEntry(path, header, body);
    }
  } catch {
    // no such program, or another one of that name: each file is asked for by itself
  }
}

async function* oneByOne(container: Container, files: readonly FoundPath[]): AsyncGenerator<TarEntry> {
  const asked = new Map<number, Promise<Readable | undefined>>();
  const ask = (index: number) => {
    const file = files[index];
    if (file) asked.set(index, guarded(container.getArchive(file.path)));
  };
  for (let i = 0; i < AHEAD; i++) ask(i);
  try {
    for (const [index, { path }] of files.entries()) {
      const archive = await asked.get(index);
      asked.delete(index);
      ask(index + AHEAD);
      if (!archive) continue;
      for await (const { header, body } of tarMembers(archive)) yield fileEntry(path, header, body);
    }
  } finally {
    for (const archive of asked.values()) void archive.then((stream) => stream?.destroy()).catch(() => {});
  }
}

/** Somebody else waits for it a little later. */
function guarded<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {});
  return promise;
}

type Header = {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: Date;
  readonly capabilities: string;
};

const fileEntry = (path: string, { mode, uid, gid, size, mtime, capabilities }: Header, body: Readable): TarEntry => ({
  ...{ kind: 'file', path: path.slice(1), mode, uid, gid, mtime, size, capabilities, open: () => body },
});
