import { readingRule } from '../rule.js';

/** Names that no stage can have. */
export const stageName = readingRule({
  id: 'stage-name',
  severity: 'error',
  summary: 'A stage has a name that a build refuses.',
});
