import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noteFolder } from './note-folder.js';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment for docker commands where the user's home is of no use. Builds want to write into `~/.docker`, and the
 * Docker CLI finds no plugin where that cannot even be asked for: a home that is not there, read-only, or no folder. Other
 * folders are named to them then; a configuration that can be read is read as before.
 */
export function withUsableConfig(env: Env): Env {
  const { HOME: home, DOCKER_CONFIG: given, BUILDX_CONFIG: buildx } = env;
  const folder = given || (home ? join(home, '.docker') : undefined);
  if (folder === undefined || buildx || canHold(folder)) return env;
  const own = noteFolder(env, home ?? '/');
  const isFolder = isDirectory(folder) || isDirectory(dirname(folder));
  return { ...env, BUILDX_CONFIG: join(own, 'buildx'), ...(!isFolder && { DOCKER_CONFIG: join(own, 'docker') }) };
}

/** True for a folder that can be written, or made where it is not there. */
function canHold(folder: string): boolean {
  const at = isDirectory(folder) ? folder : dirname(folder);
  try {
    accessSync(at, constants.W_OK | constants.X_OK);
    return isDirectory(at);
  } catch {
    return false;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
