import { readingRule } from '../rule.js';

/** Directives in stages that are left out. */
export const directiveNotNeeded = readingRule({
  id: 'directive-not-needed',
  severity: 'note',
  summary: 'A directive stands in a stage that is not built.',
});
