import { readingRule } from '../rule.js';

/** Lines that are longer than BuildKit's parser takes. */
export const lineTooLong = readingRule({
  id: 'line-too-long',
  severity: 'error',
  summary: 'A line is longer than a build takes.',
});
