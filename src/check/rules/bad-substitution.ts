import { readingRule } from '../rule.js';

/** Words that cannot be expanded. */
export const badSubstitution = readingRule({
  id: 'bad-substitution',
  severity: 'error',
  summary: 'A variable cannot be expanded as it is written.',
});
