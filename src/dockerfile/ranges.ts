import type { Range } from '../diagnostics.js';
import type { Location } from './model.js';

/** From the first character of an instruction's first line to the end of its last. `lines` is the whole file. */
export function rangeOfLines(lines: readonly string[], { line, endLine }: Location): Range {
  const first = lines[line - 1] ?? '';
  const last = lines[endLine - 1] ?? '';
  return { line, column: first.length - first.trimStart().length + 1, endLine, endColumn: last.length + 1 };
}
