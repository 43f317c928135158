import { lex } from './shell-lex.js';
import type { Lookup } from './substitution.js';

/**
 * One word as BuildKit processes it: variables replaced, quotes and escapes removed.
 * Nothing is expanded in single quotes. Throws `SubstitutionError`, as a build fails there.
 */
export function expand(word: string, lookup: Lookup, escapeChar: string): string {
  return lex(word, { lookup, escape: escapeChar }).text;
}

/** The body of a COPY or ADD heredoc: variables replaced, quotes kept; the escape character is always `\`. */
export function expandHeredoc(content: string, lookup: Lookup): string {
  return lex(content, { lookup, escape: '\\', plainQuotes: true }).text;
}
