import { readingRule } from '../rule.js';

/** Warnings of compose itself. */
export const composeWarning = readingRule({
  id: 'compose-warning',
  severity: 'warning',
  summary: 'Compose has something to say about the compose file.',
});
