/** What stands at one path of a build context. */
export type ContextEntry =
  | {
      readonly kind: 'file';
      /** Permission bits with setuid, setgid and sticky. */
      readonly mode: number;
      /** Bytes. */
      readonly size: number;
      /** Digest of the content; of a file that was not read yet, what only stays the same as long as nobody touches it. */
      readonly digest: string;
      /** Time of the last change of the content, in milliseconds. A build keeps it, and does not compare it. */
      readonly mtimeMs: number;
      /**
       * Paths inside, for a tar archive that ADD unpacks; with a slash at the end for a directory that is in it only by the
       * names of its members. `unlisted` where they cannot be told.
       */
      readonly archive?: readonly string[] | 'unlisted';
    }
  | { readonly kind: 'directory'; readonly mode: number; readonly mtimeMs: number }
  | { readonly kind: 'link'; readonly target: string };

const UNREAD = 'unread:';

/** In place of the digest of a file that was not read yet. @param mark what changes with each change of the file */
export const unreadDigest = (mark: string): string => `${UNREAD}${mark}`;

/** True for a file whose content is not known. */
export const isUnread = (entry: ContextEntry): boolean => entry.kind === 'file' && entry.digest.startsWith(UNREAD);

/** The digest of a file's content, where that is known. */
export const readDigest = (entry: ContextEntry & { kind: 'file' }): string | undefined =>
  isUnread(entry) ? undefined : entry.digest;

/** A build context as last seen: paths relative to its root, `/` between names, the root itself is ''. Ignored paths are not in it. */
export interface ContextTree {
  get(path: string): ContextEntry | undefined;
  /** Names (not paths) directly below a directory; none for anything else. */
  children(path: string): Iterable<string>;
  /** The same as paths. */
  members(path: string): Iterable<string>;
}

/** A context of which nothing is known. */
export const EMPTY_TREE: ContextTree = { get: () => undefined, children: () => [], members: () => [] };

/** True when a build would make the same of both. */
export function sameEntry(a: ContextEntry | undefined, b: ContextEntry | undefined): boolean {
  if (a === undefined || b === undefined || a.kind !== b.kind) return a === b;
  if (a.kind === 'link') return a.target === (b as typeof a).target;
  if (a.mode !== (b as typeof a).mode) return false;
  return a.kind === 'directory' || a.digest === (b as typeof a).digest;
}

/** The path of a directory's member; the root is ''. */
export const memberOf = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`);

/** The directory of a path; '' for a name at the root. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** An absolute path and the directories that it lies in, without the root; innermost first. */
export function selfAndParents(path: string): string[] {
  const found: string[] = [];
  for (let at = path; at !== '/' && at !== ''; at = parentOf(at)) found.push(at);
  return found;
}

const SLASH = '/'.charCodeAt(0);

/** True when `path` is `root` or lies below it; everything lies below ''. */
export const isWithin = (root: string, path: string): boolean =>
  root === '' ||
  root === '/' ||
  (path.startsWith(root) && (path.length === root.length || path.charCodeAt(root.length) === SLASH));

/** A tree that can be changed: the one copy that a session keeps of what it has seen. */
export class MutableTree implements ContextTree {
  readonly #entries = new Map<string, ContextEntry>();
  /** By directory the paths (not the names: a new string would have to be hashed for each look-up) of what is in it. */
  readonly #members = new Map<string, Set<string>>();

  get(path: string): ContextEntry | undefined {
    return this.#entries.get(path);
  }

  *children(path: string): Iterable<string> {
    const start = path === '' ? 0 : path.length + 1;
    for (const member of this.members(path)) yield member.slice(start);
  }

  members(path: string): Iterable<string> {
    return this.#members.get(path) ?? [];
  }

  get size(): number {
    return this.#entries.size;
  }

  set(path: string, entry: ContextEntry): void {
    this.#entries.set(path, entry);
    if (path === '') return;
    const parent = parentOf(path);
    const siblings = this.#members.get(parent);
    if (siblings) siblings.add(path);
    else this.#members.set(parent, new Set([path]));
  }

  /** Removes one path, not what is below it. */
  delete(path: string): void {
    if (!this.#entries.delete(path)) return;
    const parent = parentOf(path);
    const siblings = this.#members.get(parent);
    siblings?.delete(path);
    if (siblings?.size === 0) this.#members.delete(parent);
  }

  /** Every path at and below `root`, parents first. */
  *below(root: string): Iterable<string> {
    if (this.#entries.has(root)) yield root;
    yield* descendants(this, root);
  }
}

/** Every path below `root` (without itself), parents first. */
export function* descendants(tree: ContextTree, root: string): Iterable<string> {
  for (const path of tree.members(root)) {
    yield path;
    yield* descendants(tree, path);
  }
}
