import { readingRule } from '../rule.js';

/** Faults in the lines at the top of a Dockerfile. */
export const parserDirective = readingRule({
  id: 'parser-directive',
  severity: 'error',
  summary: 'A parser directive is given twice or has a value that there is not.',
});
