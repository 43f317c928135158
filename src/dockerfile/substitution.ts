import { type Cursor, next, peek, takeWhile } from './cursor.js';
import { replacePattern, SubstitutionError, trimPrefix, trimSuffix } from './shell-pattern.js';

/** The value of a variable, or undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** Reads from a record; names such as `constructor` mean nothing special there. */
export const valueIn = (record: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** What a substitution needs of the reader around it. */
export interface Substituting {
  readonly lookup: Lookup;
  /** Leave variables that are not set as they are written. */
  readonly keepUnset: boolean;
  /** Reads a word up to (and with) a stop character; keeps escapes as they are when `rawEscapes`. */
  readonly readUntil: (stop: string, rawEscapes: boolean) => string;
}

function readName(cursor: Cursor): string {
  const first = peek(cursor);
  if (first === undefined) return '';
  if (/\p{Nd}/u.test(first)) return takeWhile(cursor, /\p{Nd}/u);
  if (/[@*#?\-$!]/.test(first)) return next(cursor) ?? '';
  return takeWhile(cursor, /[\p{L}\p{Nd}_]/u);
}

interface Variable {
  readonly name: string;
  readonly value: string | undefined;
}

function required({ name, value }: Variable, message: string, emptyIsUnset: boolean): string {
  if (value === undefined) throw new SubstitutionError(`${name}: ${message || 'is not allowed to be unset'}`);
  if (emptyIsUnset && value === '') throw new SubstitutionError(`${name}: ${message || 'is not allowed to be empty'}`);
  return value;
}

/** What stands between `${name` and `}` for the modifiers of one word. */
function modify(variable: Variable, modifier: string, word: string): string {
  const { value } = variable;
  const emptyIsUnset = modifier.startsWith(':');
  const operator = modifier.at(-1);
  const isSet = value !== undefined && !(emptyIsUnset && value === '');
  if (operator === '-') return isSet ? value : word;
  if (operator === '+') return isSet ? word : '';
  if (operator === '?') return required(variable, word, emptyIsUnset);
  const greedy = word.startsWith(modifier);
  const pattern = greedy ? word.slice(1) : word;
  if (modifier === '#') return trimPrefix(value ?? '', pattern, greedy);
  if (modifier === '%') return trimSuffix(value ?? '', pattern, greedy);
  throw new SubstitutionError(`unsupported modifier (${modifier}) in substitution`);
}

function replaceIn(cursor: Cursor, variable: Variable, { keepUnset, readUntil }: Substituting): string {
  const everywhere = peek(cursor) === '/';
  if (everywhere) next(cursor);
  const pattern = readUntil('/', true);
  const replacement = readUntil('}', true);
  if (keepUnset && variable.value === undefined) return `\${${variable.name}/${pattern}/${replacement}}`;
  return replacePattern(variable.value ?? '', { pattern, replacement, everywhere });
}

function substituteInBraces(cursor: Cursor, context: Substituting): string {
  const { lookup, keepUnset, readUntil } = context;
  const first = peek(cursor);
  if (first === undefined) throw new SubstitutionError("missing '}'");
  if ('{}:'.includes(first)) throw new SubstitutionError('bad substitution');
  const name = readName(cursor);
  const variable = { name, value: lookup(name) };
  const unsetKept = keepUnset && variable.value === undefined;
  let modifier = next(cursor);
  if (modifier === '}') return unsetKept ? `\${${name}}` : (variable.value ?? '');
  if (modifier === '/') return replaceIn(cursor, variable, context);
  if (modifier === ':') modifier += next(cursor) ?? '';
  if (modifier === undefined) throw new SubstitutionError("missing '}'");
  if (!/^(:?[-+?]|[#%])$/.test(modifier))
    throw new SubstitutionError(`unsupported modifier (${modifier}) in substitution`);
  const word = readUntil('}', modifier === '#' || modifier === '%');
  return unsetKept ? `\${${name}${modifier}${word}}` : modify(variable, modifier, word);
}

/** Reads `$name` or `${…}` and gives what takes its place. Throws `SubstitutionError`. */
export function substitute(cursor: Cursor, context: Substituting): string {
  next(cursor);
  if (peek(cursor) === '{') {
    next(cursor);
    return substituteInBraces(cursor, context);
  }
  const name = readName(cursor);
  if (name === '') return '$';
  return context.lookup(name) ?? (context.keepUnset ? `$${name}` : '');
}
