import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { type ContextEntry, type ContextTree, memberOf } from '../plan/context-tree.js';
import type { IgnoreRules } from '../watch/ignore.js';

/**
 * A build context as it is on the disk. Only what is asked for is looked at, once, and synchronously: a check asks for few
 * paths. Contents are not read: digests are empty. What cannot be looked at is not there.
 */
export function diskTree(root: string): ContextTree {
  const entries = new Map<string, ContextEntry | undefined>();
  const names = new Map<string, readonly string[]>();
  const children = (path: string): readonly string[] => {
    const known = names.get(path) ?? list(join(root, path));
    names.set(path, known);
    return known;
  };
  return {
    get: (path) => {
      if (!entries.has(path)) entries.set(path, lookUp(join(root, path)));
      return entries.get(path);
    },
    children,
    members: (path) => children(path).map((name) => memberOf(path, name)),
  };
}

function lookUp(file: string): ContextEntry | undefined {
  try {
    return entryOf(file, lstatSync(file));
  } catch {
    return undefined;
  }
}

function entryOf(file: string, stats: Stats): ContextEntry | undefined {
  const { mode, mtimeMs, size } = stats;
  if (stats.isSymbolicLink()) return { kind: 'link', target: readlinkSync(file) };
  if (stats.isDirectory()) return { kind: 'directory', mode, mtimeMs };
  return stats.isFile() ? { kind: 'file', mode, size, digest: '', mtimeMs } : undefined;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a build is sent of a context: a directory that is ignored is there when something in it is not. */
export function sentTree(all: ContextTree, ignore: IgnoreRules): ContextTree {
  const isSent = (path: string): boolean => {
    const entry = all.get(path);
    if (entry === undefined || path === '') return entry !== undefined;
    if (!ignore.ignores(path)) return true;
    if (entry.kind !== 'directory' || ignore.prunes(path)) return false;
    return [...all.members(path)].some(isSent);
  };
  return {
    get: (path) => (isSent(path) ? all.get(path) : undefined),
    children: (path) => [...all.children(path)].filter((name) => isSent(memberOf(path, name))),
    members: (path) => [...all.members(path)].filter(isSent),
  };
}
