import { readingRule } from '../rule.js';

/** Flags that there are not, or that are given as they cannot be. */
export const unknownFlag = readingRule({
  id: 'unknown-flag',
  severity: 'error',
  summary: 'An instruction has a flag that no builder takes.',
});
