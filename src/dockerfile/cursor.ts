/** A reading position in a text, one code point at a time. Belongs to one call and never outlives it. */
export interface Cursor {
  readonly chars: readonly string[];
  position: number;
}

/** A cursor at the start of a text. */
export const cursorOf = (text: string): Cursor => ({ chars: [...text], position: 0 });

/** The next character, or undefined at the end. */
export const peek = (cursor: Cursor): string | undefined => cursor.chars[cursor.position];

/** Takes the next character, or gives undefined at the end. */
export function next(cursor: Cursor): string | undefined {
  const char = peek(cursor);
  if (char !== undefined) cursor.position += 1;
  return char;
}

/** Takes characters for as long as they match. */
export function takeWhile(cursor: Cursor, pattern: RegExp): string {
  let taken = '';
  for (let char = peek(cursor); char !== undefined && pattern.test(char); char = peek(cursor)) {
    taken += char;
    cursor.position += 1;
  }
  return taken;
}
