import { formatHelp } from './help-layout.js';
import { commands, type NamedCommand, nameOf, optionsOf } from './parser.js';
import { RootCommand } from './root-command.js';

/** Help about a command, or about the program, at most `width` columns wide. `program` is what a user types to call it. */
export function helpAbout(command: NamedCommand | undefined, program: string, width: number): string {
  return formatHelp(command === undefined ? programHelp(program) : commandHelp(command, program), width);
}

function programHelp(program: string) {
  return {
    usage: `${program} [OPTIONS] ${RootCommand.synopsis}`,
    paragraphs: paragraphsOf(RootCommand),
    options: optionsOf(program, undefined),
    globalOptions: [],
    commands: commands.map((command) => ({ name: nameOf(command), description: command.usage.description ?? '' })),
    footer: `Run '${program} COMMAND --help' for more information on a command.`,
  };
}

function commandHelp(command: NamedCommand, program: string) {
  const shared = optionsOf(program, undefined);
  const isShared = (definition: string) => shared.some((option) => option.definition === definition);
  const options = optionsOf(program, command);
  return {
    usage: `${program} ${nameOf(command)} [OPTIONS] ${command.synopsis}`.trimEnd(),
    paragraphs: paragraphsOf(command),
    options: options.filter(({ definition }) => !isShared(definition)),
    globalOptions: options.filter(({ definition }) => isShared(definition)),
    commands: [],
    footer: '',
  };
}

const paragraphsOf = ({ usage }: NamedCommand | typeof RootCommand): string[] =>
  [usage.description, usage.details].filter((text) => text !== undefined);
