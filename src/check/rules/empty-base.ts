import { readingRule } from '../rule.js';

/** FROM instructions that are empty. */
export const emptyBase = readingRule({
  id: 'empty-base',
  severity: 'error',
  summary: 'A FROM names nothing once its variables are expanded.',
});
