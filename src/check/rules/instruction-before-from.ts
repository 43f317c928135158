import { readingRule } from '../rule.js';

/** Instructions that belong to no stage. */
export const instructionBeforeFrom = readingRule({
  id: 'instruction-before-from',
  severity: 'error',
  summary: 'An instruction other than ARG stands in front of the first FROM.',
});
