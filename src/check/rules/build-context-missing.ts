import { readingRule } from '../rule.js';

/** Contexts that are no folder. */
export const buildContextMissing = readingRule({
  id: 'build-context-missing',
  severity: 'error',
  summary: 'The build context of a service is not there.',
});
