import { readingRule } from '../rule.js';

/** Directives that start a heredoc. */
export const directiveHeredoc = readingRule({
  id: 'directive-heredoc',
  severity: 'error',
  summary: 'A directive starts a heredoc, which a comment line cannot hold.',
});
