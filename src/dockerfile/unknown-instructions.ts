import type { Diagnostic } from '../diagnostics.js';
import type { ParsedDockerfile } from './model.js';
import { rangeOfLines } from './ranges.js';
import { suggest } from './suggest.js';

const KNOWN = [
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
];

/** Instructions of a Dockerfile that nobody knows. A warning: a newer builder may know one, and the build has the last word. */
export function findUnknownInstructions({ file, text, stages }: ParsedDockerfile): Diagnostic[] {
  const lines = text.split(/\r?\n/);
  const unknown = stages.flatMap(({ instructions }) => instructions.filter(({ keyword }) => !KNOWN.includes(keyword)));
  return unknown.map((instruction) => {
    const near = suggest(instruction.keyword, KNOWN);
    return {
      code: 'unknown-instruction',
      severity: 'warning',
      message: `There is no instruction ${instruction.keyword}${near === undefined ? '' : ` (did you mean ${near}?)`}.`,
      file,
      range: rangeOfLines(lines, instruction),
    };
  });
}
