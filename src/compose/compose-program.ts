import { accessSync, closeSync, constants, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, join, sep } from 'node:path';
import { mapOf, textsOf } from './yaml-value.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What runs compose. */
export interface ComposeProgram {
  /** A path, or the name of the Docker command. */
  readonly path: string;
  /** What its environment has to have besides. */
  readonly env: Env;
  /** True: it is compose's own program, and sees the files that this process sees. */
  readonly isPlugin: boolean;
}

/** Where the Docker CLI looks for plugins, after those of its settings. */
const SYSTEM_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/**
 * Finds what runs compose. The Docker command would look for the plugin and ask it about itself, each time, which takes as
 * long as what compose does in most of its commands: where both are there in the usual way, the plugin is called as the
 * command calls it. A script may be in the place of the command for a reason, and a snap has files of its own: these are used.
 */
export function findComposeProgram(env: Env): ComposeProgram {
  const docker = findCommand(env);
  const plugin = docker === undefined || !isPlain(docker) ? undefined : findPlugin(env);
  if (docker === undefined || plugin === undefined) return { path: 'docker', env: {}, isPlugin: false };
  return { path: plugin, env: { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: docker }, isPlugin: true };
}

function findCommand({ PATH = '' }: Env): string | undefined {
  if (process.platform === 'win32') return undefined;
  return PATH.split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'docker'))
    .find(isProgram);
}

function findPlugin(env: Env): string | undefined {
  const own = env.DOCKER_CONFIG || (env.HOME && join(env.HOME, '.docker'));
  const folders = own ? [...extraFolders(join(own, 'config.json')), join(own, 'cli-plugins')] : [];
  // the first one that is there is taken, as by the Docker CLI, which tells what is wrong with it
  const found = [...folders, ...SYSTEM_FOLDERS].map((folder) => join(folder, 'docker-compose')).find(isThere);
  return found !== undefined && isProgram(found) && isPlain(found) ? found : undefined;
}

function extraFolders(settings: string): string[] {
  try {
    return textsOf(mapOf(JSON.parse(readFileSync(settings, 'utf8'))).cliPluginsExtraDirs);
  } catch {
    return [];
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** True for a program of the machine's own kind that is not from a snap. */
function isPlain(path: string): boolean {
  try {
    const real = realpathSync(path);
    return basename(real) !== 'snap' && !real.split(sep).includes('snap') && !isScript(real);
  } catch {
    return false;
  }
}

function isScript(path: string): boolean {
  const file = openSync(path, constants.O_RDONLY);
  try {
    const start = Buffer.alloc(2);
    readSync(file, start, 0, 2, 0);
    return start.toString('latin1') === '#!';
  } finally {
    closeSync(file);
  }
}
