import { readingRule } from '../rule.js';

/** Files of a build that are no readable text. */
export const buildFileUnreadable = readingRule({
  id: 'build-file-unreadable',
  severity: 'error',
  summary: 'A Dockerfile or an ignore file cannot be read as text.',
});
