import { type ContextEntry, type ContextTree, parentOf } from './context-tree.js';
import type { MatchedSource } from './match-copy.js';

interface Entry<Reader> {
  readonly reader: Reader;
  readonly source: MatchedSource;
}

/**
 * Finds who reads a path of the context, among many readers (steps, stages) with COPY sources each: by where the files of
 * a source are, so that a look-up takes as long as the path is deep, however many sources there are.
 */
export class SourceIndex<Reader> {
  readonly #tree: ContextTree;
  readonly #all: Entry<Reader>[] = [];
  /** By the path that all files of a source lie at or below, and by the links that lead to them. */
  readonly #at = new Map<string, Entry<Reader>[]>();
  /** Sources that lie at a directory or above it, and so may read whatever is in it. */
  readonly #inside = new Map<string, readonly Entry<Reader>[]>();

  constructor(tree: ContextTree) {
    this.#tree = tree;
  }

  add(reader: Reader, sources: Iterable<MatchedSource>): void {
    for (const source of sources) {
      const entry = { reader, source };
      this.#all.push(entry);
      for (const path of new Set([...source.fronts, ...source.links])) {
        const there = this.#at.get(path);
        if (there) there.push(entry);
        else this.#at.set(path, [entry]);
      }
    }
    this.#inside.clear();
  }

  /** The readers that a change of the path, where this stood before, can give something else, each once. */
  readers(path: string, was: readonly ContextEntry[]): readonly Reader[] {
    const found = isLink(this.#tree, path, was)
      ? this.#all.filter(({ source }) => source.covers(path) || isNamed(source, path))
      : this.#near(path).filter(({ source }) => source.covers(path));
    return found.length < 2 ? found.map(({ reader }) => reader) : [...new Set(found.map(({ reader }) => reader))];
  }

  #near(path: string): readonly Entry<Reader>[] {
    const above = path === '' ? NOTHING : this.#nearDirectory(parentOf(path));
    const there = this.#at.get(path);
    return there ? [...above, ...there] : above;
  }

  #nearDirectory(directory: string): readonly Entry<Reader>[] {
    const known = this.#inside.get(directory);
    if (known) return known;
    const found = this.#near(directory);
    this.#inside.set(directory, found);
    return found;
  }
}

const NOTHING: readonly never[] = [];

/** True when the source goes through a link there, or did: with it, all that the source names is something else. */
export function isMoved(
  tree: ContextTree,
  source: MatchedSource,
  { path, was }: { path: string; was: readonly ContextEntry[] },
): boolean {
  return isNamed(source, path) && isLink(tree, path, was);
}

const isNamed = (source: MatchedSource, path: string): boolean => source.links.has(path) || source.goesThrough(path);

/** True where a link stands, or stood. */
export const isLink = (tree: ContextTree, path: string, was: readonly ContextEntry[]): boolean =>
  tree.get(path)?.kind === 'link' || was.some(({ kind }) => kind === 'link');
