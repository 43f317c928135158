import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContextEntry } from '../plan/context-tree.js';
import { namesWhileSaving } from './editor-scratch.js';

/** A file as it was, in a context. */
export interface KnownFile {
  /** Absolute path of the context. */
  readonly root: string;
  readonly path: string;
  readonly before: ContextEntry | undefined;
}

/**
 * True while an editor may be in the middle of saving a file: it has emptied it and not written it yet, or has moved it
 * out of the way and not put the new one in its place.
 */
export async function isHalfSaved({ root, path, before }: KnownFile): Promise<boolean> {
  if (before?.kind !== 'file' || before.size === 0) return false;
  const now = await statOf(root, path);
  if (now) return now.isFile() && now.size === 0;
  const beside = await Promise.all(namesWhileSaving(path).map((name) => statOf(root, name)));
  return beside.some((stats) => stats !== undefined);
}

const statOf = (root: string, path: string) => lstat(join(root, path)).catch(() => undefined);
