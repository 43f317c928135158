import type { Definition } from 'clipanion';
import type { Values } from '../base-command.js';
import { commands, type NamedCommand, nameOf, optionsOf } from '../parser.js';

/** What can stand where the cursor is. */
export type Wanted =
  | { readonly kind: 'commands' }
  | { readonly kind: 'options'; readonly options: Definition['options'] }
  | { readonly kind: 'values'; readonly values: Values; readonly given: readonly string[] };

/** A command line up to the cursor, taken apart. */
export interface ReadLine {
  readonly wanted: Wanted;
  /** The part of the last word that is to be completed. */
  readonly prefix: string;
  /** Values of the options in front, by long name, in order. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** Reads a command line of which the last word is being typed, as the parser of the options would. Pure. */
export function readLine(words: readonly string[]): ReadLine {
  const before = words.slice(0, -1);
  const prefix = words.at(-1) ?? '';
  const options = new Map<string, string[]>();
  const positionals: string[] = [];
  let command: NamedCommand | undefined;
  let open: string | undefined;
  let optionsEnded = false;
  const add = (name: string, value: string): void => {
    options.set(name, [...(options.get(name) ?? []), value]);
  };
  for (const word of before) {
    const [, name = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const option = findOption(command, name);
    if (open !== undefined) {
      add(open, word);
      open = undefined;
    } else if (optionsEnded || !word.startsWith('-') || word === '-') {
      const found = command ? undefined : commands.find((each) => nameOf(each) === word);
      command ??= found;
      if (!found) positionals.push(word);
    } else if (word === '--') optionsEnded = true;
    else if (option && takesValue(option)) {
      if (value === undefined) open = longName(option);
      else add(longName(option), value);
    }
  }
  const [, name, value = ''] = /^(--[^=]+)=(.*)$/s.exec(optionsEnded ? '' : prefix) ?? [];
  const inline = name === undefined ? undefined : findOption(command, name);
  if (open !== undefined) return { wanted: valuesFor(command, open), prefix, options };
  if (inline) return { wanted: valuesFor(command, longName(inline)), prefix: value, options };
  if (prefix.startsWith('-') && !optionsEnded)
    return { wanted: { kind: 'options', options: knownOptions(command) }, prefix, options };
  if (!command) return { wanted: { kind: 'commands' }, prefix, options };
  return { wanted: { kind: 'values', values: argsOf(command), given: positionals }, prefix, options };
}

function argsOf({ args, synopsis }: NamedCommand): Values {
  if (args !== undefined) return args;
  if (synopsis.includes('SERVICE')) return 'services';
  return synopsis.includes('PATH') ? 'files' : 'nothing';
}

const valuesFor = (command: NamedCommand | undefined, option: string): Wanted => ({
  kind: 'values',
  values: command?.optionValues[option] ?? sharedValues[option] ?? 'nothing',
  given: [],
});

/** What the options take that more than one command has. */
const sharedValues: Readonly<Record<string, Values>> = {
  '--file': 'compose-files',
  '--env-file': 'files',
  '--project-directory': 'folders',
  '--profile': 'profiles',
  '--context': 'contexts',
  '--service': 'built-services',
  '--progress': ['auto', 'tty', 'plain', 'json', 'quiet'],
};

const knownOptions = (command: NamedCommand | undefined): Definition['options'] => optionsOf('', command);

/** The definition says `#0` for each value that the option takes. */
const takesValue = ({ definition }: Definition['options'][number]): boolean => definition.includes('#');

const namesOf = ({ definition }: Definition['options'][number]): readonly string[] =>
  (definition.split(' ')[0] ?? '').split(',');

/** An option's name that is written out, `--file` for `-f`: the last of its names. */
export const longName = (option: Definition['options'][number]): string => namesOf(option).at(-1) ?? '';

/** In front of a command any command's option may stand. */
function findOption(command: NamedCommand | undefined, name: string): Definition['options'][number] | undefined {
  const candidates = command ? [command] : [undefined, ...commands];
  return candidates.flatMap(knownOptions).find((option) => namesOf(option).includes(name));
}
