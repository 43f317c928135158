import { readingRule } from '../rule.js';

/** Mounts of RUN that builders refuse. */
export const badMount = readingRule({
  id: 'bad-mount',
  severity: 'error',
  summary: 'A RUN has a mount that no builder takes.',
});
