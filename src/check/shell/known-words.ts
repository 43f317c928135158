import type { Word, WordPart } from 'unbash';

/** Value of a variable that is the same each time the script runs; undefined where it cannot be told. */
export type Known = (name: string) => string | undefined;

/** A word with its variables in place, as one or no argument of a command. */
export interface KnownWord {
  readonly text: string;
  /** Unquoted and empty: the shell passes nothing on. */
  readonly dropped: boolean;
}

/** Reads a word whose variables are all known; undefined for any other, and for patterns and substitutions. */
export function knownWord(word: Word, known: Known): KnownWord | undefined {
  if (word.parts === undefined) return { text: word.value, dropped: word.text === '' };
  let text = '';
  let isQuoted = false;
  for (const part of word.parts) {
    const value = partValue(part, known);
    if (value === undefined) return undefined;
    const isPlain = part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion';
    // the shell would split it
    if (isPlain && /[\s*?[]/.test(value)) return undefined;
    isQuoted ||= !isPlain;
    text += value;
  }
  return { text, dropped: text === '' && !isQuoted };
}

function partValue(part: WordPart, known: Known): string | undefined {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return part.value;
    case 'DoubleQuoted': {
      const values = part.parts.map((each) => partValue(each, known));
      return values.every((value) => value !== undefined) ? values.join('') : undefined;
    }
    case 'SimpleExpansion':
      return known(part.text.slice(1));
    case 'ParameterExpansion': {
      const { parameter, prefix, index, operation } = part;
      const value = prefix === undefined && index === undefined ? known(parameter) : undefined;
      if (value === undefined || operation === undefined) return value;
      if (operation.type !== 'Default') return undefined;
      const isSet = value !== '' || !operation.operator.startsWith(':');
      if (operation.operator.endsWith('+')) return isSet ? knownWord(operation.operand, known)?.text : '';
      // whether an empty variable is set at all is not told apart
      if (value === '' && isSet) return undefined;
      return isSet ? value : knownWord(operation.operand, known)?.text;
    }
    default:
      return undefined;
  }
}

/** Names that a script gives a value itself. */
export function assignedNames(source: string): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (pattern: RegExp): void => {
    for (const [, found = ''] of source.matchAll(pattern)) for (const name of found.split(/\s+/)) names.add(name);
  };
  add(/(?<![\w$])([A-Za-z_]\w*)\+?=(?!=)/g);
  add(/\b(?:for|select|getopts\s+\S+)\s+([A-Za-z_]\w*)/g);
  add(/\b(?:read|unset|readarray|mapfile|printf\s+-v)\b([^;&|<>\n]*)/g);
  return names;
}
