import { readingRule } from '../rule.js';

/** Variables without a value. */
export const nameWithoutValue = readingRule({
  id: 'name-without-value',
  severity: 'error',
  summary: 'An ENV or LABEL names a variable without a value.',
});
