import { type Cursor, cursorOf, next, peek } from './cursor.js';

/** The words of a text, split at blanks alone: quotes mean nothing here. */
export const splitWords = (text: string): string[] => text.split(/[\t\v\f\r ]+/).filter((word) => word !== '');

/** Copies an escape character and what it escapes; drops one at the very end. */
function readEscape(cursor: Cursor): string {
  const escapeChar = next(cursor) ?? '';
  const escaped = next(cursor);
  return escaped === undefined ? '' : escapeChar + escaped;
}

/** The words of an ENV, LABEL or ARG: blanks in quotes or after an escape do not split, quotes and escapes are kept. */
export function splitQuotedWords(text: string, escapeChar: string): string[] {
  const cursor = cursorOf(text);
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let char = peek(cursor); char !== undefined; char = peek(cursor)) {
    if (quote === undefined && /\s/u.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      next(cursor);
      continue;
    }
    word ??= '';
    if (char === escapeChar && quote !== "'") {
      word += readEscape(cursor);
      continue;
    }
    if (char === quote) quote = undefined;
    else if (quote === undefined && (char === '"' || char === "'")) quote = char;
    word += next(cursor);
  }
  if (word !== undefined && word !== '') words.push(word);
  return words;
}

/** A `name=value` pair, or a name alone. */
export interface Pair {
  readonly name: string;
  readonly value: string | undefined;
}

const toPair = (word: string): Pair => {
  const equals = word.indexOf('=');
  return equals < 0 ? { name: word, value: undefined } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
};

/** The pairs of an ARG: names without a value are allowed. */
export const argPairs = (args: string, escapeChar: string): Pair[] => splitQuotedWords(args, escapeChar).map(toPair);

/** The pairs of an ENV or LABEL; `ENV name words to the end` is one pair. A pair without a value is a fault. */
export function envPairs(args: string, escapeChar: string): Pair[] {
  const words = splitQuotedWords(args, escapeChar);
  if (words[0] === undefined || words[0].includes('=')) return words.map(toPair);
  const [, name = '', value] = /^(\S+)(?:[\t\v\f\r ]+([\s\S]*))?$/.exec(args) ?? [];
  return [{ name, value }];
}
