import type { Diagnostic } from '../../src/diagnostics.js';

/** Diagnostics as text, one a line, in the order of the file. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const sorted = [...diagnostics].sort((left, right) => (left.range?.line ?? 0) - (right.range?.line ?? 0));
  const lines = sorted.map(({ range, severity, code, message, hint }) => {
    const place = range === undefined ? '-' : `${range.line}:${range.column}-${range.endLine}:${range.endColumn}`;
    return `${place} ${severity} ${code}: ${message}${hint === undefined ? '' : ` ${hint}`}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}
