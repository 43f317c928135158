import { readingRule } from '../rule.js';

/** JSON forms that a build refuses. */
export const jsonNotStrings = readingRule({
  id: 'json-not-strings',
  severity: 'error',
  summary: 'A JSON form holds something that is no string.',
});
