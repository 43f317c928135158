import { readingRule } from '../rule.js';

/** Directives without a value. */
export const emptyDirective = readingRule({
  id: 'empty-directive',
  severity: 'error',
  summary: 'A directive has no value.',
});
