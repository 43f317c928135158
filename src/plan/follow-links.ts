import { posix } from 'node:path';
import { type ContextTree, memberOf } from './context-tree.js';

/** Where a path leads when every link on the way is followed, and which links those were. */
export interface Followed {
  /** Undefined when a link leads round in a circle. */
  readonly path: string | undefined;
  readonly links: readonly string[];
}

const LIMIT = 40;

/**
 * Follows links the way BuildKit does for a COPY source: absolute targets start at the context's root, and `..` does not
 * leave it. A path that does not exist is given back as it is.
 */
export function followLinks(tree: ContextTree, path: string): Followed {
  const links: string[] = [];
  let rest = path.split('/').filter((part) => part !== '' && part !== '.');
  let at = '';
  while (rest.length > 0) {
    const [name = '', ...tail] = rest;
    rest = tail;
    if (name === '..') {
      at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '';
      continue;
    }
    const next = memberOf(at, name);
    const entry = tree.get(next);
    if (entry?.kind !== 'link') {
      at = next;
      continue;
    }
    if (links.push(next) > LIMIT) return { path: undefined, links };
    if (entry.target.startsWith('/')) at = '';
    rest = [...entry.target.split('/').filter((part) => part !== '' && part !== '.'), ...rest];
  }
  return { path: at, links };
}

/** A source as written, relative to the context's root, without `.`, `..` or slashes at the ends; '' is the root. */
export function cleanSource(source: string): string {
  const clean = posix.normalize(`/${source}`);
  return clean.slice(1).replace(/\/$/, '');
}
