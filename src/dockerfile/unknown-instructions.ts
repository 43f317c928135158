import type { Diagnostic } from '../diagnostics.js';
import { KEYWORDS } from './keywords.js';
import type { ParsedDockerfile } from './model.js';
import { rangeOfLines } from './ranges.js';
import { suggest } from './suggest.js';

/**
 * Instructions of a Dockerfile that nobody knows: builders refuse them. A warning for a file that names a frontend of its
 * own (`# syntax=`), which may know more than Docker's.
 */
export function findUnknownInstructions({ file, text, stages, frontend }: ParsedDockerfile): Diagnostic[] {
  const lines = text.split(/\r?\n/);
  const severity = frontend === 'other' ? 'warning' : 'error';
  const unknown = stages.flatMap(({ instructions }) =>
    instructions.filter(({ keyword }) => !KEYWORDS.includes(keyword)),
  );
  return unknown.map((instruction) => {
    const near = suggest(instruction.keyword, KEYWORDS);
    return {
      code: 'unknown-instruction',
      severity,
      message: `There is no instruction ${instruction.keyword}${near === undefined ? '' : ` (did you mean ${near}?)`}.`,
      file,
      range: rangeOfLines(lines, instruction),
    };
  });
}
