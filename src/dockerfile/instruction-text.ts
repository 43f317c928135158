import { splitFlags } from './flags.js';
import type { Instruction } from './model.js';

/** The keyword of an instruction in upper case, and all after it. */
export function splitKeyword(text: string): { keyword: string; rest: string } {
  const [, keyword = '', rest = ''] = /^\s*([^\t\v\f\r\n ]*)[\t\v\f\r ]*([\s\S]*)$/.exec(text) ?? [];
  return { keyword: keyword.toUpperCase(), rest: rest.trimEnd() };
}

/** The instruction behind any ONBUILD, or the text itself. */
export function withoutOnbuild(text: string): string {
  const { keyword, rest } = splitKeyword(text);
  return keyword === 'ONBUILD' ? splitFlags(rest).args : text;
}

const flagText = ({ name, value }: Instruction['flags'][number]): string =>
  value === undefined ? `--${name}` : `--${name}=${value}`;

/** An instruction as one line for people: heredoc bodies left out, blanks of joined lines drawn together. */
export function instructionText(instruction: Instruction): string {
  const parts = [instruction.keyword, ...instruction.flags.map(flagText), instruction.args];
  return parts.join(' ').replace(/\s+/g, ' ').trim();
}
