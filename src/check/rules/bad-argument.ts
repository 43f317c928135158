import { readingRule } from '../rule.js';

/** Arguments that builders refuse. */
export const badArgument = readingRule({
  id: 'bad-argument',
  severity: 'error',
  summary: 'An instruction is given what no builder takes.',
});
