import { type ContextTree, memberOf } from './context-tree.js';
import { followLinks } from './follow-links.js';

/** A pattern by its names: those without a wildcard as text. */
export type Patterns = readonly (string | RegExp)[];

/** The paths that a pattern matches below a directory; links are not followed. */
export function expand(tree: ContextTree, base: string, patterns: Patterns): string[] {
  const [first, ...rest] = patterns;
  if (first === undefined) return tree.get(base) ? [base] : [];
  const names = typeof first === 'string' ? [first] : [...tree.children(base)].filter((name) => first.test(name));
  return names.flatMap((name) => expand(tree, memberOf(base, name), rest));
}

/**
 * What a build is given of its context because of a pattern: these paths, with all below them. It follows the links on the
 * way to the first wildcard and those which that one meets, of which it then has all that it matches; it follows none
 * behind. Rule: tried with BuildKit 0.13.
 */
export function sentFor(tree: ContextTree, base: string, patterns: Patterns): string[] {
  const fixed = patterns.findIndex((pattern) => typeof pattern !== 'string');
  const names = patterns.slice(0, fixed < 0 ? patterns.length : fixed);
  const { path, links } = followLinks(tree, [base, ...names].join('/'));
  if (path === undefined || fixed < 0) return [...links, ...(path !== undefined && tree.get(path) ? [path] : [])];
  const [wildcard = /(?!)/, ...rest] = patterns.slice(fixed);
  const met = expand(tree, path, [wildcard]);
  const isLinked = met.some((one) => tree.get(one)?.kind === 'link');
  if (!isLinked) return [...links, ...expand(tree, path, [wildcard, ...rest])];
  const led = met.filter((one) => tree.get(one)?.kind === 'link').flatMap((link) => sentFor(tree, link, rest));
  return [...links, ...met, ...led];
}
