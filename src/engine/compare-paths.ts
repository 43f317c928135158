import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { PathStat } from '../docker/engine.js';
import { tarMembers } from '../docker/tar.js';
import { cannotExec } from './cannot-exec.js';
import type { Owner } from './operations/owner.js';
import type { ContainerShell } from './shell/container-shell.js';
import type { ShellStat } from './shell/shell-answers.js';

/** What a path of a container is to be. */
export interface WantedPath {
  readonly destination: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** Bytes; of a link, the length of its target. */
  readonly size: number;
  /** SHA-256 of the content in base64, or a link's target; empty for directories. */
  readonly content: string;
  /** Undefined where they may be whatever they are. */
  readonly attributes: (Owner & { readonly mode: number }) | undefined;
}

/** Where paths are looked up: a container, or what is left of an image without running it. */
export interface LookedAt {
  readonly stat: (path: string) => Promise<PathStat | undefined>;
  readonly archive: (path: string) => Promise<Readable | undefined>;
  /** Undefined where no command can be run. */
  readonly shell: ContainerShell | undefined;
}

const TYPES: Readonly<Record<number, WantedPath['kind']>> = { 32768: 'file', 16384: 'directory', 40960: 'link' };
const TYPE = 0o170000;
const PERMISSIONS = 0o7777;

/**
 * The paths that are not what they are to be. Looks with one command where it can, and reads contents only of files whose
 * size is right: hashed in the container if it has the command for it, else through the archive API.
 */
export async function differingPaths(place: LookedAt, wanted: readonly WantedPath[]): Promise<WantedPath[]> {
  const { shell } = place;
  const stats = shell && (await withShell(() => shell.stat(wanted.map(({ destination }) => destination))));
  if (!shell || !stats) return filterAsync(wanted, (path) => differsByArchive(place, path));
  const alike = wanted.filter((path) => isAlike(path, stats.get(path.destination)));
  const files = alike.filter(({ kind, size }) => kind === 'file' && size > 0);
  const digests = await withShell(() => shell.hash(files.map(({ destination }) => destination)));
  const different = await filterAsync(alike, async (path) => {
    if (path.kind === 'directory' || (path.kind === 'file' && path.size === 0)) return false;
    const digest = digests?.get(path.destination);
    return digest === undefined ? differsByArchive(place, path) : digest !== path.content;
  });
  const same = withoutAll(alike, different);
  return wanted.filter((path) => !same.has(path));
}

function isAlike({ kind, size, attributes }: WantedPath, stat: ShellStat | undefined): boolean {
  if (!stat || TYPES[stat.mode & TYPE] !== kind) return false;
  if (kind !== 'directory' && stat.size !== size) return false;
  if (!attributes) return true;
  const { uid, gid, mode } = attributes;
  return stat.uid === uid && stat.gid === gid && (kind === 'link' || (stat.mode & PERMISSIONS) === mode);
}

async function differsByArchive(place: LookedAt, path: WantedPath): Promise<boolean> {
  const { destination, kind, size, content, attributes } = path;
  const stat = await place.stat(destination);
  if (stat?.kind !== kind || (kind === 'file' && stat.size !== size)) return true;
  if (kind === 'directory') return attributes !== undefined && stat.mode !== attributes.mode;
  const archive = await place.archive(destination);
  if (!archive) return true;
  for await (const { header, body } of tarMembers(archive)) {
    const { uid, gid, mode } = header;
    if (attributes && (uid !== attributes.uid || gid !== attributes.gid)) return true;
    if (kind === 'link') return header.linkTarget !== content;
    if (attributes && mode !== attributes.mode) return true;
    const hash = createHash('sha256');
    for await (const chunk of body) hash.update(chunk as Buffer);
    return hash.digest('base64') !== content;
  }
  return true;
}

/** Undefined when the container has no shell. */
async function withShell<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (cannotExec(error)) return undefined;
    throw error;
  }
}

/** Requests at the same time. */
const CONCURRENCY = 8;

async function filterAsync<Item>(items: readonly Item[], keep: (item: Item) => Promise<boolean>): Promise<Item[]> {
  const kept: Item[] = [];
  for (let i = 0; i < items.length; i += CONCURRENCY) {
    const some = items.slice(i, i + CONCURRENCY);
    const answers = await Promise.all(some.map(keep));
    kept.push(...some.filter((_, at) => answers[at]));
  }
  return kept;
}

function withoutAll<Item>(items: readonly Item[], others: readonly Item[]): ReadonlySet<Item> {
  const left = new Set(items);
  for (const other of others) left.delete(other);
  return left;
}
