import { componentPattern, starred } from './glob.js';
import { machineOf } from './pattern-machine.js';
import { isPlain, type PatternToken, patternTokens, sourceOf } from './pattern-tokens.js';

/** A line of an ignore file, or a `--exclude`. */
export interface PathPattern {
  /** As it is compared, without the mark of an exception. */
  readonly pattern: string;
  /** False for an exception (`!`). */
  readonly exclude: boolean;
  /** True when the pattern matches this very path; what lies below a match is up to the caller. */
  matches(path: string): boolean;
  /** False when the pattern cannot match anything below this directory. */
  mayMatchBelow(directory: string): boolean;
}

/**
 * Reads a clean pattern the way moby's patternmatcher does: it turns the text into a regular expression of Go's and
 * leaves some characters as they are, so that `|`, `{2}`, `^`, `\d` and `[[:digit:]]` mean there what they mean in one,
 * but only next to a wildcard. Undefined for a pattern that a build refuses.
 */
export function pathPattern(text: string, exclude: boolean): PathPattern | undefined {
  const matches = matcherOf(text);
  return matches && { pattern: text, exclude, matches, mayMatchBelow: reachOf(text) };
}

function matcherOf(text: string): ((path: string) => boolean) | undefined {
  if (!componentPattern(text)) return undefined;
  if (!/[*?[\]\\]/.test(text)) return (path) => path === text;
  const stars = text.indexOf('**');
  const plain = !/[*?[\]\\]/.test(text.replace('**', ''));
  if (plain && stars === 0) {
    const end = text.slice(2);
    return (path) => path.endsWith(end) || (end.startsWith('/') && path === end.slice(1));
  }
  if (plain && stars === text.length - 2) return (path) => path.startsWith(text.slice(0, -2));
  const tokens = patternTokens(text);
  if (!tokens) return undefined;
  const source = tokens.every(isPlain) ? withoutReturn(tokens) : undefined;
  if (source === undefined) return machineOf(tokens);
  const expression = new RegExp(`^${source}$`, 'u');
  return (path) => expression.test(path);
}

const ANY = '[^\\n]*';

/**
 * An expression that never goes back for what it has matched: what stands between two wildcards is best where it is met
 * first, since the second takes what is left. That holds for what stands in front of a `**` only where it ends with a slash,
 * and for characters that are no slash unless they say so; undefined for others.
 */
function withoutReturn(tokens: readonly PatternToken[]): string | undefined {
  const parts = split(tokens, ({ kind }) => kind === 'cross' || kind === 'rest').filter(
    (part, at, all) => at === 0 || at === all.length - 1 || part.length > 0,
  );
  const isOpen = parts.length > 1 && parts.at(-1)?.length === 0;
  if (isOpen) parts.pop();
  const [first = [], ...others] = parts;
  const last = others.pop();
  const isWhole = (part: readonly PatternToken[]): boolean => part.length === 0 || part.at(-1)?.source === '\\/';
  if (![first, ...others].every((part) => isWhole(part) || (last === undefined && part === first))) return undefined;
  const inner = (part: readonly PatternToken[], at: number): string =>
    starred(split(part, ({ kind }) => kind === 'star').map(sourceOf), '[^/]', `p${at}s`);
  const crossed = others.map((part, at) => `(?=(?<c${at}>(?:${ANY}?/)??${inner(part, at + 1)}))\\k<c${at}>`);
  const rest = last === undefined ? '' : `(?:${ANY}/)?${inner(last, others.length + 1)}`;
  return `${inner(first, 0)}${crossed.join('')}${rest}${isOpen ? ANY : ''}`;
}

function split(tokens: readonly PatternToken[], isBetween: (token: PatternToken) => boolean): PatternToken[][] {
  const parts: PatternToken[][] = [[]];
  for (const token of tokens) {
    if (isBetween(token)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** Judges by the components in front of the first one that may cross a slash. */
function reachOf(text: string): (directory: string) => boolean {
  const parts = text.split('/');
  const crossing = text.includes('|') ? 0 : parts.findIndex((part) => /\*\*|[[\\{^]/.test(part));
  const fixed = (crossing < 0 ? parts : parts.slice(0, crossing)).map((part) => componentPattern(part) as RegExp);
  return (directory) => {
    const names = directory.split('/');
    if (crossing < 0 && names.length >= parts.length) return false;
    return names.every((name, i) => fixed[i]?.test(name) ?? true);
  };
}
