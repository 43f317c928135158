import type { ContextTree } from './context-tree.js';
import { isWithin, memberOf } from './context-tree.js';
import { cleanSource, followLinks } from './follow-links.js';
import { componentPattern, isGlob } from './glob.js';
import { expand, type Patterns, sentFor } from './sent-files.js';

/** A file or directory of the context that a COPY source names, with links followed. */
export interface SourceRoot {
  /** Path in the context after following links. */
  readonly path: string;
  /** The name that a single file keeps in a directory destination: that of the link, not of its target. */
  readonly name: string;
  readonly directory: boolean;
}

/** One source of a COPY step, held against a context. */
export interface MatchedSource {
  /** As written. */
  readonly source: string;
  /** What it names now, in the order in which it is copied; the last one wins a name. */
  readonly roots: readonly SourceRoot[];
  /** Where its files are or could be: the fixed front part of a pattern, and what links lead to, there or not. */
  readonly fronts: readonly string[];
  /** Links that lead to the roots: a change of one moves the source itself. */
  readonly links: ReadonlySet<string>;
  /** A build fails: an exact source is not there, or the directory that a pattern starts in, or what a matched link leads to. */
  readonly missing: boolean;
  /** What a build looks at before it matches a pattern: its fixed front part, '' without one and for an exact source. */
  readonly front: string;
  /** What a build is given of the context because of it: these paths, with all below them. */
  readonly sent: readonly string[];
  /** Links that the source names, and what they lead to, where a build is not given that because of this source. */
  readonly unsent: readonly { readonly link: string; readonly target: string }[];
  /** True when a change of this path can change what is copied. */
  covers(path: string): boolean;
  /** The roots that hold (or held) this path: their paths and names, whatever kind they are or were. */
  rootsOf(path: string): readonly Omit<SourceRoot, 'directory'>[];
  /**
   * True when this path, as a link, decides what the source is: the source as written names it or goes through it. All do
   * for a pattern that goes on through links behind its first wildcard, for each can change what a build is given.
   */
  goesThrough(path: string): boolean;
}

/**
 * True when a build fails at a source. A pattern may match nothing if a build has the directory that it starts in, and it
 * has no more of the context than what the sources of all its steps name (tried with BuildKit 0.13).
 */
export function isMissing(source: MatchedSource, ofBuild: () => Iterable<MatchedSource>): boolean {
  if (source.missing || source.front === '' || hasFront(source, source.front)) return source.missing;
  for (const other of ofBuild()) if (hasFront(other, source.front)) return false;
  return true;
}

/**
 * A link that a pattern of a source names and that leads to what a build has only in part, or not at all: no source of all
 * its steps brings the whole of it (tried with BuildKit 0.13, which follows no link behind a pattern's first wildcard).
 */
export function unsentLink(source: MatchedSource, ofBuild: () => Iterable<MatchedSource>): string | undefined {
  if (source.unsent.length === 0) return undefined;
  const sent = Array.from(ofBuild(), (other) => other.sent).flat();
  return source.unsent.find(({ target }) => !sent.some((path) => isWithin(path, target)))?.link;
}

const hasFront = ({ sent }: MatchedSource, front: string): boolean =>
  sent.some((path) => isWithin(path, front) || isWithin(front, path));

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Holds one COPY source against the context. Rules: Go's `filepath.Match`, links of the source itself are followed. */
export function matchSource(tree: ContextTree, source: string): MatchedSource {
  return isGlob(source) ? matchGlob(tree, source) : matchExact(tree, source);
}

function matchExact(tree: ContextTree, source: string): MatchedSource {
  const clean = cleanSource(source);
  const { path, links } = followLinks(tree, clean);
  const entry = path === undefined ? undefined : tree.get(path);
  const root = { path: path ?? clean, name: nameOf(clean) };
  const roots = entry ? [{ ...root, directory: entry.kind === 'directory' }] : [];
  const linkSet = new Set(links);
  const [all, none]: [readonly (typeof root)[], readonly (typeof root)[]] = [[root], []];
  return {
    source,
    roots,
    fronts: [root.path],
    links: linkSet,
    missing: entry === undefined,
    front: '',
    sent: [...roots.map(({ path }) => path), ...links],
    unsent: [],
    covers: (changed) => isWithin(root.path, changed) || linkSet.has(changed),
    rootsOf: (changed) => (isWithin(root.path, changed) ? all : none),
    goesThrough: (changed) => isWithin(changed, clean),
  };
}

function matchGlob(tree: ContextTree, source: string): MatchedSource {
  const parts = cleanSource(source).split('/');
  const patterns = parts.map((part) => (isGlob(part) ? (componentPattern(part) ?? /(?!)/) : part));
  const fixed = parts.slice(
    0,
    patterns.findIndex((pattern) => typeof pattern !== 'string'),
  );
  const prefix = followLinks(tree, fixed.join('/'));
  const base = prefix.path ?? fixed.join('/');
  const rest = patterns.slice(fixed.length);
  const found = expand(tree, base, rest).sort((a, b) => (a < b ? -1 : 1));
  const links = new Set(prefix.links);
  const sent = [...prefix.links, ...sentFor(tree, base, rest)];
  const roots: SourceRoot[] = [];
  const unsent: MatchedSource['unsent'][number][] = [];
  const linked: Omit<SourceRoot, 'directory'>[] = [];
  const fronts = new Set([base]);
  let missing = fixed.length > 0 && tree.get(base) === undefined;
  for (const path of found) {
    const followed = followLinks(tree, path);
    for (const link of followed.links) links.add(link);
    if (followed.path !== undefined && followed.links.length > 0) fronts.add(followed.path);
    const entry = followed.path === undefined ? undefined : tree.get(followed.path);
    missing ||= entry === undefined;
    if (followed.path === undefined) continue;
    const root = { path: followed.path, name: nameOf(path) };
    if (followed.links.length > 0) linked.push(root);
    if (!entry) continue;
    if (!sent.some((part) => isWithin(part, root.path))) unsent.push({ link: path, target: root.path });
    roots.push({ ...root, directory: entry.kind === 'directory' });
  }
  const rootsOf = (path: string) => {
    const matched = matchedPrefix(base, rest, path);
    const through = linked.filter((root) => isWithin(root.path, path));
    return matched ? [matched, ...through] : through;
  };
  const isBehind = linked.length > 0 && rest.length > 1;
  return {
    source,
    roots,
    fronts: [...fronts],
    links,
    missing,
    front: base,
    sent,
    unsent,
    covers: (p) => links.has(p) || rootsOf(p).length > 0,
    rootsOf,
    goesThrough: (p) => isBehind || isWithin(p, fixed.join('/')) || matchedPrefix(base, rest, p)?.path === p,
  };
}

function matchedPrefix(base: string, patterns: Patterns, path: string) {
  if (!isWithin(base, path)) return undefined;
  const names = path.slice(base === '' ? 0 : base.length + 1).split('/');
  if (names.length < patterns.length) return undefined;
  const fits = patterns.every((p, i) => (typeof p === 'string' ? p === names[i] : p.test(names[i] as string)));
  if (!fits) return undefined;
  const root = names.slice(0, patterns.length).join('/');
  return { path: memberOf(base, root), name: names[patterns.length - 1] as string };
}
