import type { Diagnostic } from '../diagnostics.js';
import type { SourceLine } from '../dockerfile/source-lines.js';

/** A request in a comment line of a Dockerfile not to report some rules for what follows it. */
export interface Suppression {
  readonly ids: readonly string[];
  /** The line of the comment, from 1. */
  readonly line: number;
  /** The lines that it is about. */
  readonly from: number;
  readonly to: number;
}

const comment = /^\s*#+\s*livepush-check\s+ignore\s*=\s*(.*?)\s*$/i;

/** The ids in a list such as `run-not-repeatable, remote-add`. */
const idsIn = (text: string): string[] => text.split(/[\s,]+/).filter((id) => id !== '');

/**
 * The suppressions of a Dockerfile. A comment in front of an instruction or directive is about the whole of it; one
 * between the lines of an instruction is about the next line.
 */
export function readSuppressions(lines: readonly SourceLine[]): Suppression[] {
  return lines.flatMap(({ text, kind }, index) => {
    if (kind !== 'comment' && kind !== 'continued-comment') return [];
    const [, list] = comment.exec(text) ?? [];
    return list === undefined ? [] : [{ ids: idsIn(list), line: index + 1, ...linesAfter(lines, index, kind) }];
  });
}

function linesAfter(
  lines: readonly SourceLine[],
  index: number,
  kind: SourceLine['kind'],
): Pick<Suppression, 'from' | 'to'> {
  const isSkipped = ({ text, kind: other }: SourceLine): boolean =>
    other === 'blank' || (other === 'continued-comment' && kind !== 'comment') || comment.test(text);
  const found = lines.findIndex((line, at) => at > index && !isSkipped(line));
  const first = found < 0 ? lines.length : found;
  if (kind === 'continued-comment') return { from: first + 1, to: first + 1 };
  const next = lines.findIndex(({ kind: other }, at) => at > first && !belongs(other));
  return { from: first + 1, to: lines[first]?.kind === 'comment' ? first + 1 : next < 0 ? lines.length : next };
}

const belongs = (kind: SourceLine['kind']): boolean =>
  kind === 'continuation' || kind === 'continued-comment' || kind === 'heredoc';

/** Whether a diagnostic of the same file begins in a line that is not to be reported. */
export const isSuppressed = ({ code, range }: Diagnostic, suppressions: readonly Suppression[]): boolean =>
  range !== undefined &&
  suppressions.some(({ ids, from, to }) => ids.includes(code) && from <= range.line && range.line <= to);
