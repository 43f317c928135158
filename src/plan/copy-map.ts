import type { CopyStep } from '../dockerfile/model.js';
import { type ContextEntry, type ContextTree, descendants, isWithin, memberOf } from './context-tree.js';
import { type Excludes, readExcludes } from './exclude.js';
import { cleanSource } from './follow-links.js';
import type { MatchedSource, SourceRoot } from './match-copy.js';

/** Where a COPY step writes, as the file system stands when a build reaches it. */
export interface Destination {
  /** Absolute; when the last name is a link, what it leads to. */
  readonly path: string;
  /** A single file is put into it rather than in its place. */
  readonly directory: boolean;
}

/** What a COPY step puts at one path of the container. */
export interface Placement {
  readonly step: CopyStep;
  /** Absolute path in the container. */
  readonly destination: string;
  readonly content: PlacedContent;
}

export type PlacedContent =
  | { readonly kind: 'context'; readonly source: string; readonly entry: ContextEntry }
  /** The body of a heredoc. */
  | { readonly kind: 'inline'; readonly text: string }
  /** The destination directory itself: made 0755 when it is missing, otherwise left as it is. */
  | { readonly kind: 'root' };

/** A path that an ADD gets out of an archive: the archive has to be unpacked for it. */
export interface Unpacked {
  readonly step: CopyStep;
  /** Absolute path in the container. */
  readonly destination: string;
  /** Path of the archive in the context. */
  readonly archive: string;
  /** A directory on the way to a member: made where it is missing, otherwise left as it is. */
  readonly implied: boolean;
}

/** A COPY step from the context, held against context and container. */
export interface CopyMap {
  readonly step: CopyStep;
  readonly destination: Destination;
  /** Archives that the step unpacks, in order, with the absolute paths that they hold as far as these can be told. */
  readonly archives: readonly { readonly source: string; readonly members: readonly string[] }[];
  /** Every path that something at `path` in the context is copied to, when it is or was of these kinds. */
  destinationsOf(path: string, kinds: () => ReadonlySet<ContextEntry['kind']>): string[];
  /** True when a source of the step is or was this very path, rather than a directory that holds it. */
  names(path: string): boolean;
  /** What stands at a path of the context. */
  treeEntry(path: string): ContextEntry | undefined;
  /** What the step puts at a path of the container, if anything; the last of its sources wins. */
  at(destination: string): Placement | Unpacked | undefined;
  /**
   * Every path at and below one of the container that the step may put something at, each at least once; without those
   * of what is in a directory source and passed over by its path in the context.
   */
  paths(destination: string, passOver?: (source: string) => boolean): Iterable<string>;
  /** All that the step puts at and below a path of the container. */
  all(destination: string): Iterable<Placement | Unpacked>;
  /** The same without what comes out of archives. */
  within(destination: string): Iterable<Placement>;
}

/** The path of a directory's member in a container. */
export const join = (directory: string, rest: string): string => {
  if (rest === '') return directory;
  return directory.endsWith('/') ? directory + rest : `${directory}/${rest}`;
};

const restOf = (root: string, path: string): string =>
  root === '' || root === '/' ? path.slice(root.length) : path.slice(root.length + 1);

/** A source by its place in the step: what comes later wins. */
interface Ordered {
  readonly order: number;
  readonly root: SourceRoot;
}

/** Maps paths of the context to paths of the container and back. Rules: fact tables of BuildKit's COPY, semantics section 4. */
export function copyMap(
  tree: ContextTree,
  step: CopyStep,
  sources: readonly MatchedSource[],
  destination: Destination,
): CopyMap {
  const fileAt = (name: string) => (destination.directory ? join(destination.path, name) : destination.path);
  const roots = sources.flatMap((source) => source.roots).map((root, order): Ordered => ({ order, root }));
  const directories = roots.filter(({ root }) => root.directory).reverse();
  const inline = new Map(step.inline.map((file) => [fileAt(file.name), file.content]));
  const excludes = readExcludes(step.exclude);
  const archives: { source: string; members: string[] }[] = [];
  const exact = new Map<string, Ordered & { readonly archive: boolean; readonly implied: boolean }>();
  for (const { order, root } of roots.filter((each) => !each.root.directory)) {
    const listed = step.add ? archiveAt(tree, root.path) : undefined;
    if (listed === undefined) exact.set(fileAt(root.name), { order, root, archive: false, implied: false });
    else {
      archives.push({ source: root.path, members: membersAt(destination.path, listed) });
      for (const name of listed === 'unlisted' ? [] : listed) {
        const unpacked = { order, root, archive: true, implied: name.endsWith('/') };
        for (const member of membersAt(destination.path, [name])) exact.set(member, unpacked);
      }
    }
  }

  const destinationsOf = (path: string, kinds: () => ReadonlySet<ContextEntry['kind']>): string[] => {
    const found: string[] = [];
    for (const source of sources) {
      for (const root of source.rootsOf(path)) {
        if (path !== root.path) found.push(join(destination.path, restOf(root.path, path)));
        else {
          if (kinds().has('file') || kinds().has('link')) found.push(fileAt(root.name));
          if (kinds().has('directory')) found.push(destination.path);
        }
      }
    }
    return found;
  };
  const place = (at: string, source: string): Placement | undefined => {
    const entry = tree.get(source);
    return entry && { step, destination: at, content: { kind: 'context', source, entry } };
  };
  const inDirectory = ({ root }: Ordered, at: string): Placement | undefined => {
    if (at === destination.path) return { step, destination: at, content: { kind: 'root' } };
    if (!isWithin(destination.path, at)) return undefined;
    const rest = restOf(destination.path, at);
    return excludes(rest) ? undefined : place(at, memberOf(root.path, rest));
  };
  const at = (path: string): Placement | Unpacked | undefined => {
    const text = inline.get(path);
    if (text !== undefined) return { step, destination: path, content: { kind: 'inline', text } };
    const single = exact.get(path);
    for (const directory of directories) {
      if (single && !single.implied && single.order > directory.order) break;
      const found = inDirectory(directory, path);
      if (found) return found;
    }
    if (single?.archive) return { step, destination: path, archive: single.root.path, implied: single.implied };
    return single && place(path, single.root.path);
  };
  function* paths(path: string, passOver = nothing): Iterable<string> {
    const below = { destination: destination.path, path, passOver, excludes };
    for (const { root } of directories) yield* belowRoot(tree, { ...below, root });
    for (const candidates of [exact, inline])
      for (const candidate of candidates.keys()) if (isWithin(path, candidate)) yield candidate;
  }
  function* all(path: string): Iterable<Placement | Unpacked> {
    const seen = new Set<string>();
    for (const candidate of paths(path)) {
      if (seen.has(candidate)) continue;
      seen.add(candidate);
      const winner = at(candidate);
      if (winner) yield winner;
    }
  }
  function* within(path: string): Iterable<Placement> {
    for (const winner of all(path)) if (!('archive' in winner)) yield winner;
  }
  const names = (path: string): boolean =>
    sources.some((source) => source.rootsOf(path).some((root) => root.path === path));
  const treeEntry = (path: string): ContextEntry | undefined => tree.get(path);
  return { step, destination, archives, destinationsOf, names, treeEntry, at, paths, all, within };
}

/** The members of the tar archive at a path of the context, or undefined when it is none. */
export function archiveAt(tree: ContextTree, path: string): readonly string[] | 'unlisted' | undefined {
  const entry = tree.get(path);
  return entry?.kind === 'file' ? entry.archive : undefined;
}

/** Where the members of an archive land; none for one that cannot be listed. A name does not lead out of the destination. */
export const membersAt = (destination: string, members: readonly string[] | 'unlisted'): string[] =>
  members === 'unlisted'
    ? []
    : members.map(cleanSource).flatMap((member) => (member === '' ? [] : [join(destination, member)]));

interface Below {
  readonly root: SourceRoot;
  readonly destination: string;
  /** Path of the container. */
  readonly path: string;
  readonly passOver: (source: string) => boolean;
  readonly excludes: Excludes;
}

/** Where a directory source's members at and below a path of the container would land. */
function* belowRoot(tree: ContextTree, { root, destination, path, passOver, excludes }: Below): Iterable<string> {
  const above = isWithin(path, destination);
  if (!above && !isWithin(destination, path)) return;
  const rest = above ? '' : restOf(destination, path);
  const start = rest === '' ? root.path : memberOf(root.path, rest);
  yield join(destination, rest);
  for (const member of descendants(tree, start)) {
    const below = restOf(root.path, member);
    if (!passOver(member) && !excludes(below)) yield join(destination, below);
  }
}

const nothing = (_source: string): boolean => false;
