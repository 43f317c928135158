import { readingRule } from '../rule.js';

/** Directives in front of the first FROM, inside an instruction or a heredoc. */
export const misplacedDirective = readingRule({
  id: 'misplaced-directive',
  severity: 'warning',
  summary: 'A directive stands where it has no effect.',
});
