import { readingRule } from '../rule.js';

/** FROM instructions that a build refuses. */
export const fromArguments = readingRule({
  id: 'from-arguments',
  severity: 'error',
  summary: 'A FROM is not an image, or an image, AS and a name.',
});
