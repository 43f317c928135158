import { Command, Option } from 'clipanion';
import { slowEnd, tellSlowEnd } from '../session/slow-end.js';
import { reportDiagnostic } from '../ui/report.js';
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

  /** Runs something that Ctrl-C ends, and says after a second that it has not ended yet. */
  protected interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.context.interruptible(async (signal) => {
      const settled = tellSlowEnd(signal, () => this.context.stderr.write(`${reportDiagnostic(slowEnd(undefined))}\n`));
      try {
        return await run(signal);
      } finally {
        settled();
      }
    });
  }

  /** Whether errors come with a stack trace; the Docker CLI's own --debug asks for it too. */
  isVerbose(): boolean {
    return this.verbose || this.context.docker.debug === true;
  }

  /** The environment in which docker is to run. Throws `usage`. */
  protected environment(): NodeJS.ProcessEnv {
    return dockerEnvironment(this.context.env, this.context.docker);
  }
}
