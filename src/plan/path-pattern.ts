import { componentPattern, starred } from './glob.js';

/** A line of an ignore file, or a `--exclude`. */
export interface PathPattern {
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
  return matches && { exclude, matches, mayMatchBelow: reachOf(text) };
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
  const source = (/[[|^{]/.test(text) ? undefined : withoutReturn(text)) ?? translate(text);
  if (source === undefined) return undefined;
  try {
    const expression = new RegExp(`^${source}$`, 'u');
    return (path) => expression.test(path);
  } catch {
    return undefined;
  }
}

const ANY = '[^\\n]*';

/**
 * The same as `translate` for patterns of names, `*`, `?` and `**`, as an expression that never goes back for what it has
 * matched: what stands between two wildcards is best where it is met first, since the second takes what is left. That holds
 * for what stands in front of a `**` only where it ends with a slash; undefined for others.
 */
function withoutReturn(text: string): string | undefined {
  const parts = text.split(/(?:\*\*\/?)+/);
  const isOpen = parts.length > 1 && parts.at(-1) === '';
  if (isOpen) parts.pop();
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (
    ![first, ...others].every((part) => part === '' || part.endsWith('/') || (last === undefined && part === first))
  ) {
    return undefined;
  }
  const inner = (part: string, at: number): string =>
    starred(
      part.split('*').map((piece) => translate(piece) ?? ''),
      '[^/]',
      `p${at}s`,
    );
  const crossed = others.map((part, at) => `(?=(?<c${at}>(?:${ANY}?/)??${inner(part, at + 1)}))\\k<c${at}>`);
  const rest = last === undefined ? '' : `(?:${ANY}/)?${inner(last, others.length + 1)}`;
  return `${inner(first, 0)}${crossed.join('')}${rest}${isOpen ? ANY : ''}`;
}

/** The pattern as a regular expression without its anchors, or undefined where Go's would be refused. */
function translate(text: string): string | undefined {
  let out = '';
  let rest = text;
  while (rest !== '') {
    const [, stars] = /^(\*\*\/?)/.exec(rest) ?? [];
    const set = rest.startsWith('[') ? translateSet(rest) : undefined;
    const [repeat] = /^\{\d+(,\d*)?\}/.exec(rest) ?? [];
    const c = String.fromCodePoint(rest.codePointAt(0) as number);
    if (rest.startsWith('[') && !set) return undefined;
    if (stars) out += rest.length === stars.length ? ANY : `(${ANY}/)?`;
    else if (set) out += set.source;
    else if (repeat) out += repeat;
    else if (c === '*') out += '[^/]*';
    else if (c === '?') out += '[^/]';
    else if (c === '\\') out += escaped(rest[1]);
    else out += c === '|' || c === '^' ? c : quote(c);
    rest = rest.slice(stars?.length ?? set?.length ?? repeat?.length ?? (c === '\\' ? 2 : c.length));
  }
  return out;
}

/** What `\` and a character stand for, as the inside of a set; nothing for what no name can hold. */
const ESCAPES: Readonly<Record<string, string>> = { d: '\\d', D: '\\D', w: '\\w', W: '\\W', s: ' \\t', S: '!-\\uffff' };

const escaped = (c = ''): string => (/[a-z0-9]/i.test(c) ? (ESCAPES[c] ? `[${ESCAPES[c]}]` : '(?!)') : quote(c));

const NAMED_SETS: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** A set at the start of the text. It may match a slash, too: a quirk that a build has. */
function translateSet(text: string): { source: string; length: number } | undefined {
  let body = '';
  let at = text[1] === '^' ? 2 : 1;
  const start = at;
  while (text[at] !== ']' || at === start) {
    const [named, name] = /^\[:(\w+):\]/.exec(text.slice(at)) ?? [];
    if (at >= text.length || (named && !NAMED_SETS[name as string])) return undefined;
    if (named) body += NAMED_SETS[name as string];
    else if (text[at] === '\\') body += ESCAPES[text[at + 1] as string] ?? quote(text[at + 1] as string);
    else body += text[at] === '-' ? '-' : quote(text[at] as string);
    at += named?.length ?? (text[at] === '\\' ? 2 : 1);
  }
  return { source: `[${start === 2 ? '^' : ''}${body}]`, length: at + 1 };
}

const quote = (c: string): string =>
  c.replace(/[\\^$.*+?()[\]{}|/-]/u, (found) => (found === '-' ? '\\x2d' : `\\${found}`));

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
