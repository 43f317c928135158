import { type Cursor, cursorOf, next, peek, takeWhile } from './cursor.js';
import { SubstitutionError } from './shell-pattern.js';
import { type Lookup, substitute } from './substitution.js';

/** How a word is read. All but the first two are off unless set. */
export interface LexOptions {
  readonly escape: string;
  readonly lookup: Lookup;
  /** Quotes are kept in the result. */
  readonly rawQuotes?: boolean;
  /** Escape characters are kept in the result. */
  readonly rawEscapes?: boolean;
  /** Quotes are plain characters. */
  readonly plainQuotes?: boolean;
  /** Variables that are not set stay as they are written. */
  readonly keepUnset?: boolean;
  /** `<<` takes the blanks after it into its word. */
  readonly heredocs?: boolean;
  /** Substitutions that it stands in. */
  readonly depth?: number;
}

/** The processed text as a whole, and split at blanks that are neither quoted nor escaped. */
export interface Lexed {
  readonly text: string;
  readonly words: readonly string[];
}

interface Words {
  readonly done: string[];
  current: string;
}

const BLANK = /^\s$/u;

function addPlain(words: Words, text: string): void {
  for (const char of text) {
    if (!BLANK.test(char)) words.current += char;
    else if (words.current !== '') {
      words.done.push(words.current);
      words.current = '';
    }
  }
}

function readSingleQuotes(cursor: Cursor, options: LexOptions): string {
  next(cursor);
  const content = takeWhile(cursor, /[^']/u);
  if (next(cursor) === undefined) throw new SubstitutionError('a single quote is not closed');
  return options.rawQuotes ? `'${content}'` : content;
}

function readDoubleQuotes(cursor: Cursor, options: LexOptions, dollar: () => string): string {
  const quote = options.rawQuotes ? '"' : '';
  let result = quote;
  next(cursor);
  for (let char = peek(cursor); char !== undefined; char = peek(cursor)) {
    if (char === '$') {
      result += dollar();
      continue;
    }
    next(cursor);
    if (char === '"') return result + quote;
    if (char !== options.escape) {
      result += char;
      continue;
    }
    if (options.rawEscapes) result += char;
    const escaped = peek(cursor);
    if (escaped === '"' || escaped === '$' || escaped === options.escape) result += next(cursor);
    else if (escaped !== undefined) result += char;
  }
  throw new SubstitutionError('a double quote is not closed');
}

function readEscaped(cursor: Cursor, options: LexOptions): string {
  const kept = options.rawEscapes ? (next(cursor) ?? '') : '';
  if (!options.rawEscapes) next(cursor);
  return kept + (next(cursor) ?? '');
}

/** One piece at the cursor; `isPlain` when blanks in it split words. */
function readPiece(cursor: Cursor, options: LexOptions): { text: string; isPlain: boolean } {
  const dollar = (): string =>
    substitute(cursor, {
      lookup: options.lookup,
      keepUnset: options.keepUnset ?? false,
      readUntil: (stop, rawEscapes) =>
        readTo(cursor, { ...options, rawEscapes, depth: (options.depth ?? 0) + 1 }, stop).text,
    });
  const char = peek(cursor);
  if (char === '$') return { text: dollar(), isPlain: true };
  if (char === "'" && !options.plainQuotes) return { text: readSingleQuotes(cursor, options), isPlain: false };
  if (char === '"' && !options.plainQuotes) return { text: readDoubleQuotes(cursor, options, dollar), isPlain: false };
  if (char === options.escape) return { text: readEscaped(cursor, options), isPlain: false };
  if (options.heredocs && char === '<' && cursor.chars[cursor.position + 1] === '<') {
    cursor.position += 2;
    return { text: `<<${takeWhile(cursor, /[ \t]/)}`, isPlain: false };
  }
  return { text: next(cursor) ?? '', isPlain: true };
}

/** Levels of `${A:-${B:-…}}` that are read, and characters that the variables of a text may come to. */
const DEPTH = 300;
const LENGTH = 2 ** 20;

function readTo(cursor: Cursor, options: LexOptions, stop: string | undefined): Lexed {
  const depth = options.depth ?? 0;
  if (depth > DEPTH) throw new SubstitutionError(`more than ${DEPTH} substitutions stand in each other`);
  const words: Words = { done: [], current: '' };
  let text = '';
  for (let char = peek(cursor); char !== undefined; char = peek(cursor)) {
    if (char === stop) {
      next(cursor);
      return { text, words: words.done };
    }
    const piece = readPiece(cursor, options);
    text += piece.text;
    if (piece.text.length > 1 && text.length > LENGTH && text.length > cursor.chars.length) {
      throw new SubstitutionError(`its variables come to more than ${LENGTH} characters`);
    }
    if (piece.isPlain) addPlain(words, piece.text);
    else words.current += piece.text;
  }
  if (stop !== undefined) throw new SubstitutionError(`missing '${stop}'`);
  if (words.current !== '') words.done.push(words.current);
  return { text, words: words.done };
}

/** Reads a text as BuildKit reads one: variables replaced, quotes and escapes removed. Throws `SubstitutionError`. */
export function lex(text: string, options: LexOptions): Lexed {
  return readTo(cursorOf(text), options, undefined);
}
