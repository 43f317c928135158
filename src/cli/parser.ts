import { Cli, type Definition } from 'clipanion';
import { suggest } from '../dockerfile/suggest.js';
import { LivepushError } from '../errors.js';
import { BaseCommand } from './base-command.js';
import { CheckCommand } from './commands/check.js';
import { CompletionCommand } from './commands/completion.js';
import { DownCommand } from './commands/down.js';
import { ExplainCommand } from './commands/explain.js';
import { InstallCommand } from './commands/install.js';
import { PsCommand } from './commands/ps.js';
import { PushCommand } from './commands/push.js';
import { RenderCommand } from './commands/render.js';
import { UninstallCommand } from './commands/uninstall.js';
import { UpCommand } from './commands/up.js';
import { VerifyCommand } from './commands/verify.js';
import { WatchCommand } from './commands/watch.js';
import type { CliContext } from './context.js';
import { RootCommand } from './root-command.js';

/** The commands, in the order of the help text. */
export const commands = [
  UpCommand,
  WatchCommand,
  PushCommand,
  DownCommand,
  VerifyCommand,
  ExplainCommand,
  CheckCommand,
  RenderCommand,
  PsCommand,
  InstallCommand,
  UninstallCommand,
  CompletionCommand,
] as const;

/** A command that has a name. */
export type NamedCommand = (typeof commands)[number];

/** What a user types to get a command: `up`. */
export const nameOf = ({ paths }: NamedCommand): string => paths.flat().join(' ');

/** The command that arguments speak of, even if they are wrong otherwise. */
export const commandMeantBy = (args: readonly string[]): NamedCommand | undefined =>
  commands.find((command) => args.includes(nameOf(command)));

/**
 * Options may stand before the command's name too. Throws `usage` for a command that there is not, and errors of the
 * parser's own, see `usageErrorOf`.
 */
export function parseCommand(args: readonly string[], context: CliContext): BaseCommand {
  const [first = '-'] = args;
  if (!first.startsWith('-') && commandMeantBy(args) === undefined) throw unknownCommand(first);
  const command = createCli(context.program).process([...args], context);
  const [word] = command instanceof RootCommand ? command.words : [];
  if (word !== undefined) throw unknownCommand(word);
  if (command instanceof BaseCommand) return command;
  throw new LivepushError('usage', `These arguments make no sense together: ${args.join(' ')}`);
}

/** A short word is near to many others: one slip is all that is taken for one. */
function unknownCommand(word: string): LivepushError {
  const near = suggest(word, commands.map(nameOf), word.length > 3 ? 2 : 1);
  const hint = near === undefined ? {} : { hint: `Did you mean ${near}?` };
  return new LivepushError('usage', `There is no command ${word}.`, hint);
}

/** The options of one command, or those that all commands share. Only their own class is made ready. */
export function optionsOf(program: string, command: NamedCommand | undefined): Definition['options'] {
  const cli = Cli.from<CliContext>([command ?? RootCommand], { binaryName: program });
  return cli.definitions()[0]?.options ?? [];
}

const createCli = (program: string): Cli<CliContext> =>
  Cli.from<CliContext>([...commands, RootCommand], { binaryName: program });
