import { readingRule } from '../rule.js';

/** References to stages that a build refuses. */
export const stageReference = readingRule({
  id: 'stage-reference',
  severity: 'error',
  summary: 'A --from names a stage that does not stand in front of it.',
});
