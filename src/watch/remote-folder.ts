import { statfs } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostics.js';

/**
 * File systems of other machines, and of the host of a virtual machine, by the number that `statfs` gives on Linux: what is
 * edited there comes without an event, and an answer can take its time. From `linux/magic.h` and the drivers' sources.
 */
const remote: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x786f4256, 'vboxsf'],
  [0xbacbacbc, 'vmhgfs'],
  [0x7c7c6673, 'prl_fs'],
  [0x00c36400, 'Ceph'],
]);

/** The name of the file system of that number; undefined for one whose edits are all told. */
export const remoteName = (type: number): string | undefined => remote.get(type >>> 0);

/** The name of a folder's file system where it is one that does not tell of all edits. */
export async function remoteFileSystem(folder: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    return remoteName((await statfs(folder)).type);
  } catch {
    return undefined;
  }
}

/** What there is to say of such a build context. */
export const describeRemote = (root: string, name: string): Diagnostic => ({
  code: 'watch-remote',
  severity: 'note',
  message: `The build context ${root} is on ${name}, which does not tell of every edit: it is looked through again and again, too.`,
});
