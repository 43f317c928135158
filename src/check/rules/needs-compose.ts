import { readingRule } from '../rule.js';

/** What a plain reading of a compose file has to leave out. */
export const needsCompose = readingRule({
  id: 'needs-compose',
  severity: 'warning',
  summary: 'Docker compose is missing, and something in the compose file cannot be read without it.',
});
