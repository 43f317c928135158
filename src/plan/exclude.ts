import { posix } from 'node:path';
import { memberOf } from './context-tree.js';
import type { MatchedSource } from './match-copy.js';
import { type PathPattern, pathPattern } from './path-pattern.js';

/** True for a path below a directory that is copied, relative to it, which is left out. */
export type Excludes = (path: string) => boolean;

/** Leaves out nothing. */
export const NOTHING: Excludes = () => false;

/**
 * What `--exclude` leaves out, as BuildKit matches it: patterns are those of an ignore file, but anchored at the directory
 * that is a source, whatever its name; what lies below a match is left out with it; a file that is a source itself never
 * is. With an exception (`!`) among them, which only a build follows, nothing is left out.
 */
export function readExcludes(patterns: readonly string[]): Excludes {
  const read = patterns.some(isException) ? [] : patterns.flatMap(readPattern);
  if (read.length === 0) return NOTHING;
  return (path) => {
    let at = '';
    return path.split('/').some((name) => {
      at = memberOf(at, name);
      return read.some((pattern) => pattern.matches(at));
    });
  };
}

/** True for a pattern that takes back in what others leave out. */
export const isException = (pattern: string): boolean => pattern.trim().startsWith('!');

function readPattern(text: string): PathPattern[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const pattern = pathPattern(posix.normalize(trimmed).replace(/(?<=.)\/$/, ''), true);
  return pattern ? [pattern] : [];
}

/** A source without what is left out: a change of that is none. */
export function excluding(source: MatchedSource, excludes: Excludes): MatchedSource {
  if (excludes === NOTHING) return source;
  const rootsOf: MatchedSource['rootsOf'] = (path) =>
    source.rootsOf(path).filter((root) => path === root.path || !excludes(belowOf(root.path, path)));
  return { ...source, rootsOf, covers: (path) => source.links.has(path) || rootsOf(path).length > 0 };
}

const belowOf = (root: string, path: string): string => (root === '' ? path : path.slice(root.length + 1));
