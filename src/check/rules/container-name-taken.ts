import { readingRule } from '../rule.js';

/** Services that could not be started together. */
export const containerNameTaken = readingRule({
  id: 'container-name-taken',
  severity: 'error',
  summary: 'Two services have the same container name, and only one could start.',
});
