import { readingRule } from '../rule.js';

/** Live commands beside another one. */
export const secondLiveCommand = readingRule({
  id: 'second-live-command',
  severity: 'error',
  summary: 'There are two live commands where only one can count.',
});
