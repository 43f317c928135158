import { lstatSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packEntries } from '../../src/docker/tar.js';
import type { Change } from './model.js';

/** Does a change in a folder; one that is not possible there does nothing. Links on the way to a path are not followed. */
export async function applyChange(root: string, change: Change): Promise<void> {
  const path = join(root, change.path);
  switch (change.do) {
    case 'write':
    case 'replace':
      return write(root, change);
    case 'archive':
      return writeArchive(root, change);
    case 'mkdir':
      await makeParents(root, change.path);
      if ((await kindOf(path)) !== 'directory') await rm(path, { force: true });
      await mkdir(path, { recursive: true });
      return chmod(path, change.mode);
    case 'link':
      await makeParents(root, change.path);
      await rm(path, { recursive: true, force: true });
      return symlink(change.target, path);
    case 'remove':
      if (await isThere(root, change.path)) await rm(path, { recursive: true });
      return;
    case 'rename': {
      const nested = `${change.to}/`.startsWith(`${change.path}/`) || `${change.path}/`.startsWith(`${change.to}/`);
      if (nested || !(await isThere(root, change.path))) return;
      await makeParents(root, change.to);
      await rm(join(root, change.to), { recursive: true, force: true });
      return (await isThere(root, change.path)) ? rename(path, join(root, change.to)) : undefined;
    }
    case 'chmod':
      if ((await isThere(root, change.path)) && (await kindOf(path)) !== 'link') await chmod(path, change.mode);
  }
}

async function writeArchive(root: string, change: Extract<Change, { do: 'archive' }>): Promise<void> {
  const owner = { mode: 0o640, uid: 3, gid: 4, mtime: new Date(0) };
  const entries = change.members.map((path) => ({
    ...{ kind: 'file' as const, path, ...owner },
    content: Buffer.from(change.text),
  }));
  await makeParents(root, change.path);
  const path = join(root, change.path);
  await rm(path, { recursive: true, force: true });
  await writeFile(path, packEntries(entries));
  await chmod(path, 0o644);
}

async function write(root: string, change: Extract<Change, { do: 'write' | 'replace' }>): Promise<void> {
  await makeParents(root, change.path);
  const path = join(root, change.path);
  const kind = await kindOf(path);
  if (kind === 'directory' || kind === 'link') await rm(path, { recursive: true });
  const file = kind === 'file' && change.do === 'replace' ? `${path}.new` : path;
  await writeFile(file, change.text);
  await chmod(file, change.mode);
  if (file !== path) await rename(file, path);
}

/** True when a path exists and no link is on the way to it. */
async function isThere(root: string, path: string): Promise<boolean> {
  const parts = path.split('/');
  for (let i = 1; i < parts.length; i++) {
    if ((await kindOf(join(root, ...parts.slice(0, i)))) !== 'directory') return false;
  }
  return (await kindOf(join(root, path))) !== undefined;
}

type Kind = 'file' | 'directory' | 'link';

export async function kindOf(path: string): Promise<Kind | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return undefined;
  return stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'directory' : 'file';
}

/** Directories down to a path, in the place of files and links that are in the way. */
async function makeParents(root: string, path: string): Promise<void> {
  const parent = dirname(path);
  if (parent === '.') return;
  await makeParents(root, parent);
  const at = join(root, parent);
  const kind = await kindOf(at);
  if (kind === 'directory') return;
  if (kind !== undefined) await rm(at);
  await mkdir(at);
  await chmod(at, 0o755);
}

/** One line for each path of a folder, for a report. */
export async function listFolder(root: string, below = ''): Promise<string[]> {
  const names = (await readdir(join(root, below))).sort();
  const lines = await Promise.all(
    names.map(async (name) => {
      const path = below === '' ? name : `${below}/${name}`;
      return (await kindOf(join(root, path))) === 'directory'
        ? [`${path}/`, ...(await listFolder(root, path))]
        : [path];
    }),
  );
  return lines.flat();
}

/** True when something stands at a path, be it a link that leads nowhere or round in a circle. */
export function exists(path: string): boolean {
  try {
    return lstatSync(path.replace(/\/+$/, ''), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
