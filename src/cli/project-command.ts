import { text } from 'node:stream/consumers';
import { Option } from 'clipanion';
import { LivepushError } from '../errors.js';
import type { ProjectOptions } from '../session/open-compose.js';
import { BaseCommand } from './base-command.js';

/** A command about a compose project, found by the options that compose has for it. */
export abstract class ProjectCommand extends BaseCommand {
  files = Option.Array('-f,--file', [], { description: '`path` Compose configuration files' });
  projectName = Option.String('-p,--project-name', { description: '`name` Project name' });
  projectDirectory = Option.String('--project-directory', {
    description: '`path` Alternate working directory (default: the folder of the first Compose file)',
  });
  profiles = Option.Array('--profile', [], { description: '`name` Profile to enable' });
  envFiles = Option.Array('--env-file', [], { description: '`path` Alternate environment files' });
  dockerContext = Option.String('--context', { description: '`name` Docker context to use' });
  dockerHost = Option.String('-H,--host', { description: '`address` Docker engine to connect to' });

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
