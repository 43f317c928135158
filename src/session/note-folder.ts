import { accessSync, constants, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LivepushError } from '../errors.js';

/**
 * The folder of all notes of a user, made if need be: in `XDG_RUNTIME_DIR`, else in the home folder, else in those for
 * temporary files. One that cannot be made or written to, or is somebody else's, is stepped over. Throws `usage` when there
 * is none.
 */
export function noteFolder(env: Readonly<Record<string, string | undefined>>, homedir: string): string {
  const own = typeof process.getuid === 'function' ? process.getuid() : 0;
  const candidates = [
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'docker-livepush')] : []),
    join(homedir, '.docker', 'livepush'),
    ...[tmpdir(), '/var/tmp'].map((folder) => join(folder, `docker-livepush-${own}`)),
  ];
  const found = candidates.find((folder) => isUsable(folder, own));
  if (found !== undefined) return found;
  throw new LivepushError('usage', `There is no folder for notes of what was pushed: ${candidates.join(', ')}.`, {
    hint: 'Make one of them writable, or set XDG_RUNTIME_DIR to a folder of yours.',
  });
}

function isUsable(folder: string, own: number): boolean {
  try {
    // not `recursive`: below /proc that never comes back
    for (const each of [dirname(folder), folder]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    const stat = lstatSync(folder);
    return stat.isDirectory() && (stat.uid === own || own === 0);
  } catch {
    return false;
  }
}
