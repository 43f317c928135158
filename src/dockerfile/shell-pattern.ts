/** A fault in a word with variables; its message is one clause. */
export class SubstitutionError extends Error {
  override readonly name = 'SubstitutionError';
}

interface PatternOptions {
  readonly greedy: boolean;
  /** Must match at the start. */
  readonly anchored: boolean;
  readonly everywhere?: boolean;
}

const escapePlain = (char: string): string => char.replace(/[[\]{}().+|^$/\\]/, '\\$&');

/** A shell pattern as a regular expression: `*` and `?` are wildcards, `\` escapes them, brackets are plain. */
function toRegExp(pattern: readonly string[], options: PatternOptions): RegExp {
  const pieces = [''];
  const add = (source: string): void => {
    pieces[pieces.length - 1] += source;
  };
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern[index] ?? '';
    const after = pattern[index + 1];
    if (char === '*') pieces.push('');
    else if (char === '?') add('.');
    else if (char !== '\\') add(escapePlain(char));
    else if (after === '*' || after === '?' || after === '\\') {
      add(`\\${after}`);
      index += 1;
    } else if (after !== '}' && after !== '/') {
      throw new SubstitutionError(`invalid escape in the pattern ${pattern.join('')}`);
    }
  }
  const [first = '', ...others] = pieces;
  const last = others.pop();
  // what stands between two stars is best where it is met first: a lookahead takes it, and never goes back for it
  const middle = others.map((piece, at) => `(?=(?<s${at}>.*?${piece}))\\k<s${at}>`).join('');
  const end = last === undefined ? '' : `${options.greedy ? '.*' : '.*?'}${last}`;
  return new RegExp(`${options.anchored ? '^' : ''}${first}${middle}${end}`, options.everywhere ? 'gu' : 'u');
}

/** `${name#pattern}`, or `##` when greedy. */
export function trimPrefix(value: string, pattern: string, greedy: boolean): string {
  return value.replace(toRegExp([...pattern], { greedy, anchored: true }), '');
}

/** Reverses a pattern, leaving an escape in front of what it escapes. */
function reversed(pattern: string): string[] {
  const units = pattern.match(/\\[\s\S]|[\s\S]/gu) ?? [];
  return units.reverse().flatMap((unit) => [...unit]);
}

/** `${name%pattern}`, or `%%` when greedy. The shortest match at the end is found by reading backwards. */
export function trimSuffix(value: string, pattern: string, greedy: boolean): string {
  const backwards = [...value].reverse().join('');
  const rest = backwards.replace(toRegExp(reversed(pattern), { greedy, anchored: true }), '');
  return [...rest].reverse().join('');
}

/** `${name/pattern/replacement}`, or `//` for every match. */
export function replacePattern(
  value: string,
  { pattern, replacement, everywhere }: { pattern: string; replacement: string; everywhere: boolean },
): string {
  return value.replace(toRegExp([...pattern], { greedy: true, anchored: false, everywhere }), () => replacement);
}
