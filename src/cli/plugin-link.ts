import { constants } from 'node:fs';
import { access, lstat, mkdir, readFile, readlink, realpath, rename, symlink, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LivepushError, messageOf } from '../errors.js';

/** What the Docker CLI looks for in its plugin folders. */
export const pluginFile = 'docker-livepush';

/** The first of the folders in which a Docker CLI looks for the plugins of all users. */
export const systemPluginFolder = '/usr/local/lib/docker/cli-plugins';

/** The folder in which the Docker CLI looks for a user's own plugins. */
export const userPluginFolder = (env: NodeJS.ProcessEnv, homedir: string): string =>
  join(env.DOCKER_CONFIG || join(homedir, '.docker'), 'cli-plugins');

/** What stands where the plugin is to be. */
type Place =
  | { readonly kind: 'empty' }
  /** A link of ours: `target` is absolute, there or not. */
  | { readonly kind: 'ours'; readonly target: string }
  | { readonly kind: 'foreign'; readonly what: string };

/**
 * Links this program (`main`, absolute) into a plugin folder. Gives the path of the link, and whether it was there already.
 * Throws `plugin-link` when something that is not ours is in its place, or when it cannot be written.
 */
export async function linkPlugin(folder: string, main: string): Promise<{ path: string; wasThere: boolean }> {
  const path = join(folder, pluginFile);
  await mustBeExecutable(main);
  const place = await lookAt(path);
  if (place.kind === 'foreign') throw notOurs(path, place.what, 'Remove it yourself if you do not need it.');
  if (place.kind === 'ours' && place.target === main) return { path, wasThere: true };
  await writing(path, async () => {
    await mkdir(folder, { recursive: true });
    if (place.kind === 'empty') return symlink(main, path); // fails rather than replace what came meanwhile
    const draft = `${path}.${process.pid}`;
    await symlink(main, draft);
    await rename(draft, path);
  });
  return { path, wasThere: false };
}

/** Removes the link again. Gives its path, and whether it was there. Throws `plugin-link` as `linkPlugin`. */
export async function unlinkPlugin(folder: string): Promise<{ path: string; wasThere: boolean }> {
  const path = join(folder, pluginFile);
  const place = await lookAt(path);
  if (place.kind === 'foreign') throw notOurs(path, place.what, 'It was left as it is.');
  if (place.kind === 'ours') await writing(path, () => unlink(path));
  return { path, wasThere: place.kind === 'ours' };
}

async function lookAt(path: string): Promise<Place> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return { kind: 'empty' };
  if (!stats.isSymbolicLink())
    return { kind: 'foreign', what: stats.isDirectory() ? 'a directory' : 'another program' };
  const target = resolve(dirname(path), await readlink(path));
  const real = await realpath(target).catch(() => target);
  return (await isOurs(real)) ? { kind: 'ours', target: real } : { kind: 'foreign', what: `a link to ${target}` };
}

/** True for the main file of a copy of this package, also of one that is gone. */
async function isOurs(main: string): Promise<boolean> {
  if (!main.endsWith(join('dist', 'cli', 'main.js'))) return false;
  const root = resolve(main, '../../..');
  try {
    return JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).name === 'docker-livepush';
  } catch {
    return root.endsWith('docker-livepush');
  }
}

async function mustBeExecutable(main: string): Promise<void> {
  try {
    await access(main, constants.X_OK);
  } catch (cause) {
    throw new LivepushError('plugin-link', `The Docker CLI cannot run ${main}: it is not executable.`, {
      hint: `Run chmod +x ${main}, or install the package anew.`,
      cause,
    });
  }
}

async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const denied = ['EACCES', 'EPERM', 'EROFS'].includes((cause as NodeJS.ErrnoException).code ?? '');
    const hint = denied ? 'Run the command as a user who may write there (sudo).' : undefined;
    throw new LivepushError('plugin-link', `${path} cannot be written: ${messageOf(cause)}.`, {
      ...(hint !== undefined && { hint }),
      cause,
    });
  }
}

const notOurs = (path: string, what: string, hint: string): LivepushError =>
  new LivepushError('plugin-link', `${path} is ${what}, and not docker-livepush.`, { hint });
