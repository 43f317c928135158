import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ComposeCli } from '../compose/compose-requests.js';
import { LivepushError } from '../errors.js';

/** Where files may go that the docker command is to read. */
export interface FolderPlaces {
  /** The folder for temporary files. */
  readonly tmpdir: string;
  readonly homedir: string;
}

const tmpOf = ({ tmpdir }: FolderPlaces): string => resolve(tmpdir);
const ownOf = ({ homedir }: FolderPlaces): string => join(homedir, '.docker', 'livepush');

/**
 * The folders, the one that is taken first. A docker command from a snap has a `/tmp` of its own and sees no hidden folders,
 * but its own data folder and what lies open in the home folder.
 */
export const dockerFolders = (places: FolderPlaces): readonly string[] => [
  ...new Set([
    tmpOf(places),
    ownOf(places),
    join(places.homedir, 'snap', 'docker', 'common'),
    '/var/tmp',
    places.homedir,
  ]),
];

/**
 * The first folder that can be written and that the docker command can read: it may be confined, or have other mounts than
 * this process. Throws `compose-missing` where there is none.
 */
export async function findDockerFolder(cli: ComposeCli, places: FolderPlaces, signal?: AbortSignal): Promise<string> {
  const own = ownOf(places);
  const folders = dockerFolders(places);
  for (const folder of folders) {
    // made if need be: it is ours; not `recursive`: below /proc that never comes back
    if (folder === own) for (const each of [dirname(own), own]) await mkdir(each, { mode: 0o700 }).catch(() => {});
    if (await isShared(cli, folder, signal)) return folder;
  }
  throw new LivepushError(
    'compose-missing',
    `The docker command cannot read any folder that files for it could be in: ${folders.join(', ')}.`,
    { hint: 'Set TMPDIR to a folder that it can read and you can write, in your home directory for example.' },
  );
}

async function isShared(cli: ComposeCli, folder: string, signal: AbortSignal | undefined): Promise<boolean> {
  const probe = await place(folder);
  if (probe === undefined) return false;
  try {
    return await cli.canRead(join(probe, 'compose.yaml'), signal);
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

/** A folder with a compose file in it; undefined where none can be made. */
async function place(folder: string): Promise<string | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return undefined;
    const probe = await mkdtemp(join(folder, 'docker-livepush-probe-'));
    await writeFile(join(probe, 'compose.yaml'), 'name: probe\nservices: {}\n');
    return probe;
  } catch {
    return undefined;
  }
}
