/** True when a COPY source holds a character that Go's `filepath.Match` takes as a pattern. */
export const isGlob = (source: string): boolean => /[*?[\\]/.test(source);

/**
 * One path component of a COPY source as a regular expression, by the rules of Go's `filepath.Match`: `*` and `?` match
 * leading dots, `[^a]` negates, `\` quotes. Undefined for a pattern that Go refuses.
 */
export function componentPattern(pattern: string): RegExp | undefined {
  const pieces = [''];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    // several stars in a row are one
    if (c === '*') {
      if (pieces.length === 1 || pieces.at(-1) !== '') pieces.push('');
    } else if (c === '?') pieces[pieces.length - 1] += '.';
    else if (c === '[') {
      const set = characterClass(pattern, i);
      if (!set) return undefined;
      pieces[pieces.length - 1] += set.source;
      i = set.end;
    } else {
      if (c === '\\' && ++i >= pattern.length) return undefined;
      pieces[pieces.length - 1] += quote(pattern[i] as string);
    }
  }
  return new RegExp(`^${starred(pieces, '.')}$`, 'su');
}

/**
 * Pieces with a star between each two as a regular expression that never goes back: what stands between two stars is best
 * where it is met first. JavaScript has no atomic group; a lookahead and a reference to what it took make one.
 *
 * @param any what a star goes over, such as `[^/]`
 */
export function starred([first = '', ...pieces]: readonly string[], any: string, prefix = 's'): string {
  const last = pieces.pop();
  const middle = pieces.map((piece, at) => `(?=(?<${prefix}${at}>${any}*?${piece}))\\k<${prefix}${at}>`).join('');
  return last === undefined ? first : `${first}${middle}${any}*${last}`;
}

const quote = (c: string): string => c.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');

const quoteInClass = (c: string): string => c.replace(/[\\^[\]-]/u, '\\$&');

function characterClass(pattern: string, start: number): { source: string; end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '^';
  if (negated) i++;
  let body = '';
  for (let first = true; ; first = false) {
    if (i >= pattern.length) return undefined;
    if (pattern[i] === ']' && !first) break;
    const low = classMember(pattern, i);
    if (!low) return undefined;
    i = low.end;
    let high = low;
    if (pattern[i] === '-') {
      const next = classMember(pattern, i + 1);
      if (!next) return undefined;
      high = next;
      i = next.end;
    }
    // an empty range such as z-a matches nothing in Go, and is a syntax error here
    if (low.char <= high.char) body += `${quoteInClass(low.char)}-${quoteInClass(high.char)}`;
  }
  return { source: body === '' ? (negated ? '.' : '(?!)') : `[${negated ? '^' : ''}${body}]`, end: i };
}

function classMember(pattern: string, at: number): { char: string; end: number } | undefined {
  const c = pattern[at];
  if (c === undefined || c === '-' || c === ']') return undefined;
  if (c !== '\\') return { char: c, end: at + 1 };
  const quoted = pattern[at + 1];
  return quoted === undefined ? undefined : { char: quoted, end: at + 2 };
}
