import { readingRule } from '../rule.js';

/** Files that are no Dockerfile, or empty. */
export const noFrom = readingRule({
  id: 'no-from',
  severity: 'error',
  summary: 'The Dockerfile has no FROM.',
});
