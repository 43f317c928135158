import type { CopyStep } from '../dockerfile/model.js';
import { type ContextEntry, type ContextTree, descendants, isWithin, memberOf } from './context-tree.js';
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

/** A COPY step from the context, held against context and container. */
export interface CopyMap {
  readonly step: CopyStep;
  readonly destination: Destination;
  /** Every path that something at `path` in the context is copied to, when it is or was of these kinds. */
  destinationsOf(path: string, kinds: ReadonlySet<ContextEntry['kind']>): string[];
  /** What stands at a path of the context. */
  treeEntry(path: string): ContextEntry | undefined;
  /** What the step puts at a path of the container, if anything. */
  at(destination: string): Placement | undefined;
  /** All that the step puts at and below a path of the container, parents first. */
  within(destination: string): Iterable<Placement>;
}

const join = (directory: string, rest: string): string => {
  if (rest === '') return directory;
  return directory.endsWith('/') ? directory + rest : `${directory}/${rest}`;
};

const restOf = (root: string, path: string): string => (root === '' ? path : path.slice(root.length + 1));

/** Maps paths of the context to paths of the container and back. Rules: fact tables of BuildKit's COPY, semantics section 4. */
export function copyMap(
  tree: ContextTree,
  step: CopyStep,
  sources: readonly MatchedSource[],
  destination: Destination,
): CopyMap {
  const fileAt = (name: string) => (destination.directory ? join(destination.path, name) : destination.path);
  const destinationsOf = (path: string, kinds: ReadonlySet<ContextEntry['kind']>): string[] =>
    sources.flatMap((source) => {
      const root = source.rootOf(path);
      if (!root) return [];
      if (path !== root.path) return [join(destination.path, restOf(root.path, path))];
      const asFile = kinds.has('file') || kinds.has('link') ? [fileAt(root.name)] : [];
      return kinds.has('directory') ? [...asFile, destination.path] : asFile;
    });
  const reversed = sources.toReversed().flatMap((source) => source.roots.toReversed());
  const unpacked = (root: SourceRoot) => step.add && archiveAt(tree, root.path) !== undefined;
  const single = reversed.filter((root) => !root.directory && !unpacked(root));
  const files = new Map(single.toReversed().map((root) => [fileAt(root.name), root]));
  const directories = reversed.filter((root) => root.directory);
  const inline = new Map(step.inline.map((file) => [fileAt(file.name), file.content]));

  const place = (at: string, source: string): Placement | undefined => {
    const entry = tree.get(source);
    return entry && { step, destination: at, content: { kind: 'context', source, entry } };
  };
  const inDirectory = (root: SourceRoot, at: string): Placement | undefined => {
    if (at === destination.path) return { step, destination: at, content: { kind: 'root' } };
    if (!isWithin(destination.path, at)) return undefined;
    return place(at, memberOf(root.path, at.slice(destination.path.replace(/\/$/, '').length + 1)));
  };
  const at = (path: string): Placement | undefined => {
    const text = inline.get(path);
    if (text !== undefined) return { step, destination: path, content: { kind: 'inline', text } };
    const file = files.get(path);
    if (file) return place(path, file.path);
    for (const root of directories) {
      const found = inDirectory(root, path);
      if (found) return found;
    }
    return undefined;
  };
  function* within(path: string): Iterable<Placement> {
    const seen = new Set<string>();
    const candidates = [
      ...directories.flatMap((root) => all(tree, root, destination.path)),
      ...files.keys(),
      ...inline.keys(),
    ];
    for (const candidate of candidates) {
      if (seen.has(candidate) || !isWithin(path, candidate)) continue;
      seen.add(candidate);
      const placement = at(candidate);
      if (placement) yield placement;
    }
  }
  return { step, destination, destinationsOf, treeEntry: (path) => tree.get(path), at, within };
}

/** The members of the tar archive at a path of the context, or undefined when it is none. */
export function archiveAt(tree: ContextTree, path: string): readonly string[] | 'unlisted' | undefined {
  const entry = tree.get(path);
  return entry?.kind === 'file' ? entry.archive : undefined;
}

const all = (tree: ContextTree, root: SourceRoot, destination: string): string[] => [
  destination,
  ...Array.from(descendants(tree, root.path), (path) => join(destination, restOf(root.path, path))),
];
