import { text } from 'node:stream/consumers';
import { Command, Option } from 'clipanion';
import { LivepushError } from '../errors.js';
import type { RunOptions } from '../run-project.js';
import { isProgressMode, type ProgressMode, progressModes } from '../ui/renderer.js';
import type { CliContext } from './context.js';
import { dockerEnvironment } from './docker-environment.js';

/** How compose finds a project, in the words of its own options; empty where the user said nothing. */
export type ProjectOptions = Pick<
  RunOptions,
  | 'cwd'
  | 'files'
  | 'stdinText'
  | 'projectName'
  | 'projectDirectory'
  | 'profiles'
  | 'envFiles'
  | 'dockerContext'
  | 'dockerHost'
>;

/** The options that all commands share. A description starts with the word that stands for the option's value. */
export abstract class BaseCommand extends Command<CliContext> {
  files = Option.Array('-f,--file', [], { description: '`path` Compose configuration files' });
  projectName = Option.String('-p,--project-name', { description: '`name` Project name' });
  projectDirectory = Option.String('--project-directory', {
    description: '`path` Alternate working directory (default: the folder of the first Compose file)',
  });
  profiles = Option.Array('--profile', [], { description: '`name` Profile to enable' });
  envFiles = Option.Array('--env-file', [], { description: '`path` Alternate environment files' });
  dockerContext = Option.String('--context', { description: '`name` Docker context to use' });
  dockerHost = Option.String('-H,--host', { description: '`address` Docker engine to connect to' });
  progress = Option.String('--progress', 'auto', {
    description: `\`type\` Type of output (${progressModes.join(', ')}; default auto)`,
  });
  verbose = Option.Boolean('--verbose', false, { description: 'Show the stack trace of errors' });

  abstract override execute(): Promise<number>;

  /** Whether errors come with a stack trace; the Docker CLI's own --debug asks for it too. */
  isVerbose(): boolean {
    return this.verbose || this.context.docker.debug === true;
  }

  /** The value of --progress. Throws `usage`. */
  protected progressMode(): ProgressMode {
    if (isProgressMode(this.progress)) return this.progress;
    throw new LivepushError('usage', `There is no --progress ${this.progress}.`, {
      hint: `Use one of ${progressModes.join(', ')}.`,
    });
  }

  /** The options that find the project. Throws `usage`. */
  protected async projectOptions(): Promise<ProjectOptions> {
    const { projectName, projectDirectory } = this;
    const stdinText = this.files.includes('-') ? await text(this.context.stdin) : undefined;
    return {
      ...(stdinText !== undefined && { stdinText }),
      cwd: this.context.cwd,
      files: this.files,
      ...(projectName !== undefined && { projectName }),
      ...(projectDirectory !== undefined && { projectDirectory }),
      profiles: this.profiles,
      envFiles: this.envFiles,
      ...this.#engine(),
    };
  }

  /** The environment in which docker is to run. Throws `usage`. */
  protected environment(): NodeJS.ProcessEnv {
    return dockerEnvironment(this.context.env, this.context.docker);
  }

  /** Which engine to use: what our own options say, else those of the Docker CLI. */
  #engine(): Pick<ProjectOptions, 'dockerContext' | 'dockerHost'> {
    const { dockerContext, dockerHost } = this;
    if (dockerContext !== undefined && dockerHost !== undefined) {
      throw new LivepushError('usage', '--host and --context cannot both be given.', {
        hint: 'Leave one of them out.',
      });
    }
    if (dockerContext !== undefined) return { dockerContext };
    if (dockerHost !== undefined) return { dockerHost };
    const { context, host } = this.context.docker;
    return {
      ...(typeof context === 'string' && { dockerContext: context }),
      ...(typeof host === 'string' && { dockerHost: host }),
    };
  }
}
