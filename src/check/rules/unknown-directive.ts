import { readingRule } from '../rule.js';

/** Misspelt directives, with what was probably meant. */
export const unknownDirective = readingRule({
  id: 'unknown-directive',
  severity: 'error',
  summary: 'A comment that looks like a directive names none that there is.',
});
