const esc = '\u001b';
const bell = '\u0007';
const stringEnd = `(?:${bell}|${esc}\\\\|$)`;
const escapeSequence = new RegExp(
  [
    `${esc}\\][^${bell}${esc}]*${stringEnd}`, // window titles, links
    `${esc}[PX^_][^${esc}]*${stringEnd}`, // other strings for the terminal
    `(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]`, // colours, cursor movement
    `${esc}[ -/]*[0-~]`, // two characters and the like
  ].join('|'),
  'g',
);
const colourSequence = new RegExp(`(${esc}\\[[0-9;:]*m)`);
const controlCharacter = /(?!\t)\p{Cc}/gu;
const reset = `${esc}[0m`;

/** What a terminal would show of a line that a progress bar overwrote with carriage returns. */
export const afterLastReturn = (line: string): string => line.split('\r').findLast((part) => part !== '') ?? '';

const strip = (text: string): string => text.replace(escapeSequence, '').replace(controlCharacter, '');

/** A line without what would move the cursor or ring the bell; colours stay, and end with the line, where wanted. */
export function cleanLine(line: string, { colour }: { readonly colour: boolean }): string {
  const visible = afterLastReturn(line);
  if (!colour) return strip(visible);
  const parts = visible.split(colourSequence); // texts at even places, colours at odd ones
  return parts.map((part, i) => (i % 2 === 0 ? strip(part) : part)).join('') + (parts.length > 1 ? reset : '');
}
