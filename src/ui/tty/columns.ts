import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

/** Columns that a text takes in a terminal; escape sequences take none, wide characters two. */
export const widthOf = (text: string): number => stringWidth(text);

/** The text in at most so many columns, with an ellipsis where something was cut off; no escape sequence is broken. */
export const truncate = (text: string, columns: number): string =>
  columns < 1 ? '' : widthOf(text) <= columns ? text : cliTruncate(text, columns);

/** The text in exactly so many columns. */
export function column(text: string, columns: number): string {
  const fitting = truncate(text, columns);
  return fitting + ' '.repeat(Math.max(0, columns - widthOf(fitting)));
}

/** Words put into as few lines as they fit in, with two blanks between them. */
export function pack(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const joined = `${last}  ${word}`;
    if (last !== undefined && widthOf(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(truncate(word, columns));
  }
  return lines;
}

/** Columns that names may take, in a terminal of so many. */
export const mostNameColumns = (columns: number): number => Math.max(6, Math.floor(columns / 4));
