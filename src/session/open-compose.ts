import { composeCli } from '../compose/compose-cli.js';
import type { ComposeCli } from '../compose/compose-requests.js';
import { type LoadedProject, loadProject } from '../compose/load-project.js';
import { LivepushError } from '../errors.js';
import { withUsableConfig } from './docker-config.js';

/** How a compose project and its engine are found, in the words of compose's own options; empty where the user said nothing. */
export interface ProjectOptions {
  /** Absolute path of the folder that compose looks for its files in. */
  readonly cwd: string;
  /** As `-f` takes them; empty to let compose look for its files. */
  readonly files: readonly string[];
  /** What `-` among the files stands for. */
  readonly stdinText?: string;
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
  /** As `docker --context`. */
  readonly dockerContext?: string;
  /** As `docker --host`. */
  readonly dockerHost?: string;
}

/**
 * The compose command for the project. Nothing runs yet.
 *
 * @param signal ends its commands; undefined for what is to be undone
 */
export const openCompose = (
  options: ProjectOptions,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): ComposeCli =>
  composeCli({
    cwd: options.cwd,
    files: options.files,
    stdinText: options.stdinText,
    projectName: options.projectName,
    projectDirectory: options.projectDirectory,
    profiles: options.profiles,
    envFiles: options.envFiles,
    dockerGlobalArgs: [
      ...(options.dockerContext === undefined ? [] : ['--context', options.dockerContext]),
      ...(options.dockerHost === undefined ? [] : ['--host', options.dockerHost]),
    ],
    env: withUsableConfig(env),
    signal,
  });

/** A project that is being read. */
export interface Reading {
  /** When that began, in milliseconds of the epoch, rounded up. */
  readonly readAt: number;
  /** Rejects as `loadNamed` throws. */
  readonly loaded: Promise<LoadedProject>;
}

/** Begins to read the project; nobody has to wait for it. */
export function beginReading(cli: ComposeCli, services: readonly string[]): Reading {
  const readAt = Date.now() + 1;
  const loaded = loadNamed(cli, services);
  loaded.catch(() => {});
  return { readAt, loaded };
}

/** Loads the project. Throws `usage` with the names there are for a service that is none. */
export async function loadNamed(cli: ComposeCli, services: readonly string[]): Promise<LoadedProject> {
  try {
    return await loadProject(cli, services);
  } catch (error) {
    if (services.length === 0 || !(error instanceof LivepushError) || error.code !== 'usage') throw error;
    const { project } = await loadProject(cli);
    const names = project.services.map(({ name }) => name);
    const wrong = services.filter((name) => !names.includes(name));
    if (wrong.length === 0) throw error;
    throw new LivepushError('usage', `There is no service ${wrong.join(', ')}.`, {
      hint: `The services are: ${names.join(', ')}. One with a profile may need --profile.`,
    });
  }
}
