import { posix } from 'node:path';
import type { Command, Word } from 'unbash';

/** A word of a command as the shell would pass it on. */
export interface ShellWord {
  /** Quotes removed; variables and substitutions as they are written. */
  readonly text: string;
  /** Nothing in it is expanded when it runs. */
  readonly literal: boolean;
}

/** A file that a command writes to by a redirection. */
export interface ShellOutput {
  readonly append: boolean;
  readonly target: ShellWord;
}

/** One command of a script, in the order in which it would run. */
export interface ShellCommand {
  /** The program, without its folder and without `sudo` and the like in front. */
  readonly program: string;
  readonly args: readonly ShellWord[];
  readonly outputs: readonly ShellOutput[];
  /** The text, as it is written. */
  readonly text: string;
  /** Offsets in the script, the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** When it fails, the script goes on and may well succeed. */
  readonly tolerated: boolean;
  /** It runs only if something is not there yet, as far as can be told. */
  readonly guarded: boolean;
  /** Absolute, or undefined when it cannot be told. */
  readonly folder: string | undefined;
}

/** Words in front of a command that leave it what it is, with the number of their own arguments. */
const PREFIXES: Readonly<Record<string, number>> = {
  ...{ sudo: 0, exec: 0, command: 0, builtin: 0, env: 0, time: 0, nice: 0, nohup: 0, busybox: 0, '\\': 0 },
  ...{ gosu: 1, 'su-exec': 1 },
};

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function isLiteral({ parts }: Word): boolean {
  return (parts ?? []).every((part) => {
    if (part.type === 'DoubleQuoted') return part.parts.every(({ type }) => type === 'Literal');
    return part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted';
  });
}

const toWord = (word: Word): ShellWord => ({ text: word.value, literal: isLiteral(word) });

/** Program and arguments of a command, with `sudo`, `env A=b` and the like taken off. */
export function wordsOf({ name, args }: Command): ShellWord[] {
  const given = args.map((arg): ShellWord => (arg.type === 'Word' ? toWord(arg) : { text: arg.text, literal: false }));
  let words = name === undefined ? [] : [toWord(name), ...given];
  for (let own = PREFIXES[baseName(words[0]?.text ?? '')]; own !== undefined; ) {
    const rest = words.slice(1 + own);
    const start = rest.findIndex(({ text }) => !text.startsWith('-') && !/^\w+=/.test(text));
    if (start < 0) break;
    words = rest.slice(start);
    own = PREFIXES[baseName(words[0]?.text ?? '')];
  }
  return words;
}

/** The program that a command starts; empty for assignments alone. */
export const programOf = (words: readonly ShellWord[]): string => baseName(words[0]?.text ?? '');

/** The files that a command's redirections write to. */
export function outputsOf({ redirects }: Command): ShellOutput[] {
  return redirects.flatMap((redirect) => {
    if (redirect.type !== 'Redirect' || redirect.target === undefined) return [];
    if (!['>', '>|', '&>', '>>', '&>>'].includes(redirect.operator)) return [];
    return [{ append: redirect.operator.endsWith('>>'), target: toWord(redirect.target) }];
  });
}

/** An absolute path, or the text itself when it cannot be told what it stands for. */
export function pathOf({ folder }: Pick<ShellCommand, 'folder'>, { text, literal }: ShellWord): string {
  // `foo-$VERSION.tgz` lies in the folder, whatever its name is
  const isKnown = literal || (/^[\w./*?@+-]/.test(text) && !/[`(]/.test(text));
  if (!isKnown) return text;
  if (text.startsWith('/')) return posix.normalize(text).replace(/(?<=.)\/$/, '');
  return folder === undefined || text.startsWith('~') ? text : posix.resolve(folder, text);
}

/** Whether a command has one of these options; single letters may stand together (`-sf`). */
export function hasOption({ args }: Pick<ShellCommand, 'args'>, ...options: readonly string[]): boolean {
  const letters = options.filter((option) => /^-\w$/.test(option)).map((option) => option.slice(1));
  return args.some(({ text }) => {
    if (text.startsWith('--')) return options.some((option) => text === option || text.startsWith(`${option}=`));
    return (
      options.includes(text) || (/^-[a-zA-Z]+$/.test(text) && letters.some((letter) => text.slice(1).includes(letter)))
    );
  });
}

/** How many of the words behind an option belong to it: 1 for `-s` and `-ms` where `-s` takes a value, else 0. */
function valuesBehind(text: string, withValue: readonly string[]): number {
  if (withValue.includes(text)) return 1;
  // `--home` for `--home-dir`
  if (/^--\w{2}/.test(text)) return withValue.some((option) => option.startsWith(text)) ? 1 : 0;
  if (!/^-[a-zA-Z]{2,}$/.test(text)) return 0;
  const letter = [...text.slice(1)].findIndex((each) => withValue.includes(`-${each}`));
  // what stands behind the letter is its value
  return letter === text.length - 2 ? 1 : 0;
}

/** The arguments that are no options and no values of the given ones. Single letters may stand together (`-ms /bin/sh`). */
export function operandsOf({ args }: Pick<ShellCommand, 'args'>, ...withValue: readonly string[]): ShellWord[] {
  const operands: ShellWord[] = [];
  let onlyOperands = false;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] as ShellWord;
    if (!onlyOperands && word.text === '--') onlyOperands = true;
    else if (onlyOperands || word.text === '-' || !word.text.startsWith('-')) operands.push(word);
    else at += valuesBehind(word.text, withValue);
  }
  return operands;
}

/** The word that an option is given: `-d DIR`, `-qd DIR`, `-dDIR` or `--directory=DIR`. */
export function optionValue(
  { args }: Pick<ShellCommand, 'args'>,
  ...options: readonly string[]
): ShellWord | undefined {
  for (const [at, { text, literal }] of args.entries()) {
    if (text === '--') return undefined;
    const long = options.find((option) => option.startsWith('--') && text.startsWith(`${option}=`));
    if (long !== undefined) return { text: text.slice(long.length + 1), literal };
    if (valuesBehind(text, options) === 1) return args[at + 1];
    const short = options.find((option) => /^-\w$/.test(option) && text.startsWith(option) && text.length > 2);
    if (short !== undefined) return { text: text.slice(2), literal };
  }
  return undefined;
}
