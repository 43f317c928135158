import { readingRule } from '../rule.js';

/** Instructions that cannot be triggers. */
export const onbuildTrigger = readingRule({
  id: 'onbuild-trigger',
  severity: 'error',
  summary: 'An instruction stands behind ONBUILD that may not stand there.',
});
