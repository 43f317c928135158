import { type Cursor, cursorOf, next, peek, takeWhile } from './cursor.js';
import type { Flag } from './model.js';

/** One flag word: quotes are removed, a backslash takes the next character as it is (whatever the escape directive). */
function readWord(cursor: Cursor): string {
  let word = '';
  let quote: string | undefined;
  for (let char = peek(cursor); char !== undefined; char = peek(cursor)) {
    if (quote === undefined && /\s/u.test(char)) break;
    next(cursor);
    if (char === '\\') word += next(cursor) ?? '';
    else if (char === quote) quote = undefined;
    else if (quote === undefined && (char === '"' || char === "'")) quote = char;
    else word += char;
  }
  return word;
}

function toFlag(word: string): Flag {
  const equals = word.indexOf('=');
  return equals < 0
    ? { name: word.slice(2), value: undefined }
    : { name: word.slice(2, equals), value: word.slice(equals + 1) };
}

/** Takes the `--name=value` words off the front of an instruction's text; a bare `--` ends them. */
export function splitFlags(text: string): { flags: Flag[]; args: string } {
  const cursor = cursorOf(text);
  const flags: Flag[] = [];
  for (;;) {
    takeWhile(cursor, /\s/u);
    if (peek(cursor) !== '-' || cursor.chars[cursor.position + 1] !== '-') break;
    const word = readWord(cursor);
    if (word === '--') break;
    flags.push(toFlag(word));
  }
  return { flags, args: cursor.chars.slice(cursor.position).join('').trim() };
}
