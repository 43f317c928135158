import { Command, Option } from 'clipanion';
import type { CliContext } from './context.js';
import { dockerEnvironment } from './docker-environment.js';

/** What an argument or an option takes, for completion in shells; a list for fixed words. */
export type Values =
  | 'nothing'
  | 'services'
  | 'built-services'
  | 'profiles'
  | 'contexts'
  | 'files'
  | 'compose-files'
  | 'folders'
  | readonly string[];

/** The options of every command. A description starts with the word that stands for the option's value. */
export abstract class BaseCommand extends Command<CliContext> {
  /** What the command's arguments are, where its synopsis does not say it (SERVICE, PATH). */
  static args: Values | undefined = undefined;
  /** What those of its options take that no other command has, by long name. */
  static optionValues: Readonly<Record<string, Values>> = {};

  verbose = Option.Boolean('--verbose', false, {
    description: 'Show where the time of each push went, and the stack trace of errors',
  });

  abstract override execute(): Promise<number>;

  /** Whether errors come with a stack trace; the Docker CLI's own --debug asks for it too. */
  isVerbose(): boolean {
    return this.verbose || this.context.docker.debug === true;
  }

  /** The environment in which docker is to run. Throws `usage`. */
  protected environment(): NodeJS.ProcessEnv {
    return dockerEnvironment(this.context.env, this.context.docker);
  }
}
