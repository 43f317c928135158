import { splitFlags } from './flags.js';
import { splitKeyword, withoutOnbuild } from './instruction-text.js';
import { readJsonForm } from './json-form.js';
import { lex } from './shell-lex.js';
import { SubstitutionError } from './shell-pattern.js';

/** The start of a heredoc in an instruction: its delimiter and how the body is to be read. */
export interface HeredocStart {
  readonly name: string;
  readonly expand: boolean;
  /** Tabs at the start of body lines are dropped (`<<-`). */
  readonly dropTabs: boolean;
  /** Blanks stand between `<<` and the delimiter: only newer frontends take that for a heredoc. */
  readonly spaced: boolean;
}

const countQuotes = (text: string): number => text.match(/['"]/g)?.length ?? 0;

/** Reads one word such as `<<EOF`, `<<-"EOF"` or `3<<EOF`; undefined when it starts no heredoc. */
export function parseHeredocWord(word: string): HeredocStart | undefined {
  const [, dash, blanks, delimiter] = /^\d*<<(-?)(\s*)([^<]*)$/.exec(word) ?? [];
  if (!delimiter) return undefined;
  const options = { lookup: () => undefined, escape: '\\', keepUnset: true };
  const words = lex(delimiter, options).words;
  const [name] = words;
  if (name === undefined || words.length !== 1) return undefined;
  const [raw = ''] = lex(delimiter, { ...options, rawQuotes: true }).words;
  return { name, expand: countQuotes(name) === countQuotes(raw), dropTabs: dash === '-', spaced: blanks !== '' };
}

/** The heredocs that an instruction (on one line) starts, in order. Only RUN, COPY and ADD, or ONBUILD of them, can. */
export function findHeredocs(text: string): HeredocStart[] {
  if (!text.includes('<<')) return [];
  const { keyword, rest } = splitKeyword(withoutOnbuild(text));
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return [];
  if (readJsonForm(splitFlags(rest).args).kind !== 'text') return [];
  try {
    const options = { lookup: () => undefined, escape: '\\', keepUnset: true, rawQuotes: true, rawEscapes: true };
    const { words } = lex(text, { ...options, heredocs: true });
    return words.map(parseHeredocWord).filter((start) => start !== undefined);
  } catch (error) {
    // Quotes that do not pair up: the text is the shell's business, and starts no heredoc.
    if (error instanceof SubstitutionError) return [];
    throw error;
  }
}

/** A heredoc body without the tabs that `<<-` drops. */
export const dropLeadingTabs = (content: string): string => content.replace(/^\t+/gm, '');
