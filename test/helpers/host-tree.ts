import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Every path below a folder of the host: kind, mode, owner, inode and content. What nobody edits has to stay as it is. */
export async function hostTree(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const visit = async (path: string): Promise<void> => {
    for (const name of await readdir(join(folder, path))) {
      const at = path === '' ? name : `${path}/${name}`;
      const { mode, uid, gid, ino } = await lstat(join(folder, at));
      found.set(at, `${mode.toString(8)} ${uid}:${gid} ${ino} ${await contentOf(join(folder, at), mode)}`);
      if ((mode & 0o170000) === 0o040000) await visit(at);
    }
  };
  await visit('');
  return found;
}

async function contentOf(path: string, mode: number): Promise<string> {
  switch (mode & 0o170000) {
    case 0o100000:
      return createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    case 0o120000:
      return readlink(path);
    default:
      return '';
  }
}

/** Paths that are not as they were, in order. */
export function changedOnHost(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}
