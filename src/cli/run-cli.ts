import { LivepushError } from '../errors.js';
import { reportError } from '../ui/report.js';
import type { BaseCommand } from './base-command.js';
import type { CliContext } from './context.js';
import { exitCodeOf, exitCodes } from './exit-codes.js';
import { helpAbout } from './help.js';
import { Interruption } from './interrupt.js';
import { commandMeantBy, nameOf, parseCommand } from './parser.js';
import { usageErrorOf } from './usage-error.js';

/** Runs one command line to its end, and gives the exit code. Errors are told on stderr; throws nothing. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const { program, stdout, stderr } = context;
  const meant = commandMeantBy(args);
  if (args.length === 0 || asksForHelp(args)) {
    stdout.write(helpAbout(meant, program, stdout.columns ?? 80));
    return exitCodes.done;
  }
  let command: BaseCommand | undefined;
  try {
    command = parseCommand(args, context);
    return await command.execute();
  } catch (thrown) {
    if (isInterruption(thrown)) return exitCodes.interrupted;
    const error = usageErrorOf(thrown, {
      hint: `See ${program}${meant ? ` ${nameOf(meant)}` : ''} --help`,
      synopsis: meant && `${nameOf(meant)} ${meant.synopsis}`,
    });
    stderr.write(`${reportError(error, { verbose: command?.isVerbose() ?? false })}\n`);
    return error instanceof LivepushError ? exitCodeOf(error.code) : exitCodes.failed;
  }
}

/** The parser's own help option is not seen behind the first SERVICE. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).some((arg) => arg === '-h' || arg === '--help');
}

/** Node's own functions wrap the reason of an abort signal into an error of theirs. */
const isInterruption = (thrown: unknown): boolean =>
  thrown instanceof Interruption || (thrown instanceof Error && thrown.cause instanceof Interruption);
