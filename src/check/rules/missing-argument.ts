import { readingRule } from '../rule.js';

/** Instructions for which every build fails, since arguments are missing. */
export const missingArgument = readingRule({
  id: 'missing-argument',
  severity: 'error',
  summary: 'An instruction or a directive needs more arguments.',
});
