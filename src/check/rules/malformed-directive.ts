import { readingRule } from '../rule.js';

/** Directives that are nearly written right. */
export const malformedDirective = readingRule({
  id: 'malformed-directive',
  severity: 'error',
  summary: 'A directive has blanks, a colon or nothing where = belongs.',
});
