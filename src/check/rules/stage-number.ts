import { readingRule } from '../rule.js';

/** Numbers after FROM, where they name an image. */
export const stageNumber = readingRule({
  id: 'stage-number',
  severity: 'error',
  summary: 'A FROM names a stage by its number.',
});
