import { readingRule } from '../rule.js';

/** Directives that try to go on in the next line. */
export const directiveContinuation = readingRule({
  id: 'directive-continuation',
  severity: 'error',
  summary: 'A directive ends with the escape character, but is one line.',
});
