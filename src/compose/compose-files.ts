import { access } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { LivepushError } from '../errors.js';
import type { ComposeCliOptions } from './compose-requests.js';

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Where to look, and how to ask compose for variables that the `.env` file of a folder may set. */
export interface FileSearch extends Pick<ComposeCliOptions, 'cwd' | 'files' | 'projectDirectory' | 'envFiles' | 'env'> {
  readonly interpolate: (texts: readonly string[], folder: string) => Promise<string[]>;
}

/**
 * The compose files that compose would use, absolute (`-` stays), by its own rules: `-f`, else COMPOSE_FILE, else the
 * first of its names in the folder or the nearest above it, and the override file beside it.
 * Throws `compose-file` when there is none.
 */
export async function findComposeFiles(search: FileSearch): Promise<readonly string[]> {
  const { cwd, files, projectDirectory } = search;
  const start = resolve(cwd, projectDirectory ?? '.');
  const found = files.length > 0 ? [] : await findByName(start);
  const folder = projectDirectory === undefined && found[0] !== undefined ? dirname(found[0]) : start;
  const given = files.length > 0 ? files : await filesOfVariable(search, folder);
  const inUse = given.length > 0 ? given.map((file) => (file === '-' ? file : resolve(cwd, file))) : found;
  if (inUse.length > 0) return inUse;
  const hint = "Run it in the project's folder, or name the compose file with -f.";
  throw new LivepushError('compose-file', `There is no compose file in ${start} or above it.`, { hint });
}

/** The folder that relative paths of the compose files and `.env` belong to: as given, else that of the first file. */
export function projectDirectoryOf(
  { cwd, projectDirectory }: Pick<ComposeCliOptions, 'cwd' | 'projectDirectory'>,
  files: readonly string[],
): string {
  if (projectDirectory !== undefined) return resolve(cwd, projectDirectory);
  const [first] = files;
  return first === undefined || first === '-' ? cwd : dirname(resolve(cwd, first));
}

async function findByName(start: string): Promise<readonly string[]> {
  for (const folder of foldersUpFrom(start)) {
    const file = await firstThatExists(folder, names);
    if (file === undefined) continue;
    const override = await firstThatExists(folder, overrideNames);
    return override === undefined ? [file] : [file, override];
  }
  return [];
}

/** COMPOSE_FILE, which an env file may set as well. */
async function filesOfVariable(search: FileSearch, folder: string): Promise<readonly string[]> {
  const { env, envFiles } = search;
  const inEnvFile = envFiles.length > 0 || Boolean(env.COMPOSE_ENV_FILES) || (await exists(join(folder, '.env')));
  const variables = ['COMPOSE_FILE', 'COMPOSE_PATH_SEPARATOR'];
  const [value = '', separator = ''] = inEnvFile
    ? await search.interpolate(
        variables.map((name) => `\${${name}-}`),
        folder,
      )
    : variables.map((name) => env[name]);
  return value.split(separator || delimiter).filter((file) => file !== '');
}

const foldersUpFrom = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...foldersUpFrom(dirname(folder))];

async function firstThatExists(folder: string, candidates: readonly string[]): Promise<string | undefined> {
  for (const name of candidates) if (await exists(join(folder, name))) return join(folder, name);
  return undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
