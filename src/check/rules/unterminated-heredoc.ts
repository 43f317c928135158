import { readingRule } from '../rule.js';

/** Heredocs that run to the end of the file. */
export const unterminatedHeredoc = readingRule({
  id: 'unterminated-heredoc',
  severity: 'error',
  summary: 'A heredoc has no end.',
});
