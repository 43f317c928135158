import { readSource } from './source-lines.js';

/**
 * A Dockerfile's text with a comment in front of each instruction that says its line. It builds as before: the comments
 * stand behind parser directives, and in no instruction or heredoc.
 *
 * @param lineMap for each line of the text (from index 0) the line that is said
 */
export function numberLines(text: string, lineMap: readonly number[]): string {
  const { lines, instructions } = readSource(text);
  const starts = new Set(instructions.map(({ line }) => line));
  const numbered = lines.map(({ text: line, end }, i) =>
    starts.has(i + 1) ? `# line ${lineMap[i] ?? i + 1}${end || '\n'}${line}${end}` : `${line}${end}`,
  );
  return `${text.startsWith('\uFEFF') ? '\uFEFF' : ''}${numbered.join('')}`;
}
