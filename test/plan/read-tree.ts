import { type ContextEntry, MutableTree, parentOf } from '../../src/plan/context-tree.js';

/** Lines of a fixture file, without empty ones and comments. */
export const linesOf = (text: string): string[] =>
  text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));

/**
 * What a word or two say about a path: `file` or `file 755`, `directory`, `directory 700`, `link TARGET`,
 * `archive MEMBER…` and `archive unlisted`.
 */
export function readEntry(words: string): ContextEntry {
  const [kind, ...rest] = words.split(' ');
  const mode = (plain: number): number => (rest[0] === undefined ? plain : Number.parseInt(rest[0], 8));
  const file = { kind: 'file' as const, size: 1, digest: 'digest', mtimeMs: 0 };
  switch (kind) {
    case 'file':
      return { ...file, mode: mode(0o644) };
    case 'archive':
      return { ...file, mode: 0o644, archive: rest[0] === 'unlisted' ? 'unlisted' : rest };
    case 'directory':
      return { kind, mode: mode(0o755), mtimeMs: 0 };
    case 'link':
      return { kind, target: rest.join(' ') };
    default:
      throw new Error(`unknown kind in ${words}`);
  }
}

/** A context: one path a line, a file unless `: KIND …` follows or it ends with a slash. Parents need not be named. */
export function readTree(text: string): MutableTree {
  const tree = new MutableTree();
  const directory = readEntry('directory');
  tree.set('', directory);
  for (const line of linesOf(text)) {
    const [written = '', words = written.endsWith('/') ? 'directory' : 'file'] = line.split(': ');
    const path = written.replace(/\/$/, '');
    const missing: string[] = [];
    for (let at = parentOf(path); at !== '' && !tree.get(at); at = parentOf(at)) missing.unshift(at);
    for (const at of missing) tree.set(at, directory);
    tree.set(path, readEntry(words));
  }
  return tree;
}
