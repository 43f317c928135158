import { readingRule } from '../rule.js';

/** Instructions that no builder of today knows. */
export const unknownInstruction = readingRule({
  id: 'unknown-instruction',
  severity: 'error',
  summary: 'There is no such instruction.',
});
