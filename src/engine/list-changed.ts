import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TarEntry } from '../docker/tar-entry.js';
import { isWithin, parentOf } from '../plan/context-tree.js';
import { isGlob } from '../plan/glob.js';
import type { FoundPath } from './build-container/found-paths.js';
import { readFiles } from './build-container/read-files.js';
import type { TouchedSince } from './build-container/touched-since.js';
import type { Manifest } from './manifest.js';
import { digestOf, type StageCopy, type StageListing } from './stage-entries.js';
import type { StageFile } from './stage-files.js';
import { followedPath } from './stage-sources.js';

/** Bytes of content up to which what was touched is kept in memory. */
const BUDGET = 16 * 1024 * 1024;

/**
 * What a `COPY --from` step copies by now, told from what it copied before and what was touched since: only that is read.
 * Undefined where it has to be looked through as a whole: several sources, patterns, `--exclude`, a single file, much content.
 */
export async function listChanged(
  copy: StageCopy,
  before: Manifest,
  touched: TouchedSince,
): Promise<StageListing | undefined> {
  const [source, ...others] = copy.step.sources;
  if (source === undefined || others.length + copy.step.exclude.length > 0 || source.split('/').some(isGlob))
    return undefined;
  const root = await followedPath(copy.container, posix.join('/', source));
  if ((await copy.container.stat(root))?.kind !== 'directory') return undefined;
  const place = (path: string): string => posix.join(copy.destination.path, path.slice(root === '/' ? 0 : root.length));
  const { seen, gone } = await difference({ root, place, before, touched });
  if (seen.some(({ kind }) => kind === 'other')) return undefined;
  if (seen.reduce((sum, { size }) => sum + size, 0) > BUDGET) return undefined;
  const manifest = new Map(before);
  for (const path of gone) manifest.delete(path);
  const contents = new Map<string, Buffer>();
  const files: Omit<StageFile, 'body'>[] = [];
  const isRoot = (entry: TarEntry): boolean => entry.kind === 'directory' && `/${entry.path}` === root;
  for await (const entry of (await readFiles(copy.container, seen, 1))()) {
    const content = entry.kind === 'file' && 'open' in entry ? await buffer(entry.open()) : Buffer.alloc(0);
    const destination = place(`/${entry.path}`);
    const file = { destination, root: isRoot(entry), incomplete: undefined, header: headerOf(entry, content.length) };
    manifest.set(destination, digestOf(copy, file, content));
    contents.set(destination, content);
    files.push(file);
  }
  return { manifest, incomplete: new Map(), roots: new Set([copy.destination.path]), contents, files };
}

interface Compared {
  /** The source, links followed. */
  readonly root: string;
  /** Where a path below it is copied to. */
  readonly place: (path: string) => string;
  readonly before: Manifest;
  readonly touched: TouchedSince;
}

/** What was touched below the source, and what of the copies has no source any more. */
async function difference({ root, place, before, touched }: Compared): Promise<{ seen: FoundPath[]; gone: string[] }> {
  const seen = new Map([...touched.paths].filter(([path]) => isWithin(root, path)));
  const members = membersOf(before);
  const came: string[] = [];
  const gone: string[] = [];
  for (const { path, kind } of [...seen.values()]) {
    if (kind !== 'directory') {
      // a directory that became something else has taken all below it along
      gone.push(...(members.get(place(path)) ?? []));
      continue;
    }
    const left = new Set(members.get(place(path)));
    for (const name of touched.names.get(path) ?? []) {
      const member = posix.join(path, name);
      if (!left.delete(place(member)) && !seen.has(member)) came.push(member);
    }
    gone.push(...left);
  }
  for (const found of await touched.below(came)) seen.set(found.path, found);
  const all: string[] = [];
  const take = (path: string): void => {
    all.push(path);
    for (const member of members.get(path) ?? []) take(member);
  };
  for (const path of gone) take(path);
  return { seen: [...seen.values()], gone: all };
}

/** Paths by their directory. */
function membersOf(manifest: Manifest): Map<string, Set<string>> {
  const members = new Map<string, Set<string>>();
  for (const path of manifest.keys()) {
    if (path === '/') continue;
    const directory = parentOf(path) || '/';
    const known = members.get(directory);
    if (known) known.add(path);
    else members.set(directory, new Set([path]));
  }
  return members;
}

const headerOf = (entry: TarEntry, size: number): StageFile['header'] => ({
  path: entry.path,
  kind: entry.kind,
  mode: entry.mode,
  uid: entry.uid,
  gid: entry.gid,
  size,
  mtime: entry.mtime ?? new Date(),
  linkTarget: entry.kind === 'link' ? entry.target : '',
  capabilities: entry.capabilities ?? '',
});
