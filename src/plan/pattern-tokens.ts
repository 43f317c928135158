/** What a part of an ignore pattern stands for, as moby's patternmatcher makes a regular expression of Go's of it. */
export interface PatternToken {
  /**
   * `char` is one character that `source` says, `star` any number without a slash, `cross` nothing or what ends with a slash
   * (`**` in front of something), `rest` anything (`**` at the end), `or` and `start` are `|` and `^`.
   */
  readonly kind: 'char' | 'star' | 'cross' | 'rest' | 'or' | 'start';
  /** A regular expression of JavaScript's for one character; empty for all but `char`. */
  readonly source: string;
  /** How often a `char` stands there. */
  readonly min: number;
  readonly max: number;
}

const once = { source: '', min: 1, max: 1 };

/** Go refuses larger counts. */
const MOST = 1000;

/** True for a token that leaves the order of what is matched to the pattern, and takes no slash unless it is one. */
export const isPlain = ({ kind, source, min, max }: PatternToken): boolean => {
  if (kind === 'or' || kind === 'start' || min !== 1 || max !== 1) return false;
  return kind !== 'char' || source === '\\/' || !takes(source, '/');
};

/** True when the expression of a token takes a character. */
export const takes = (source: string, char: string): boolean => new RegExp(`^${source}$`, 'u').test(char);

/** The characters of tokens in a row. */
export const sourceOf = (tokens: readonly PatternToken[]): string => tokens.map(({ source }) => source).join('');

/** The tokens of a clean pattern, or undefined where the expression that moby makes of it is refused. */
export function patternTokens(text: string): PatternToken[] | undefined {
  const tokens: PatternToken[] = [];
  let rest = text;
  while (rest !== '') {
    const [, stars] = /^(\*\*\/?)/.exec(rest) ?? [];
    const set = rest.startsWith('[') ? translateSet(rest) : undefined;
    const [repeat, least, open, most] = /^\{(\d+)(,(\d*))?\}/.exec(rest) ?? [];
    const c = String.fromCodePoint(rest.codePointAt(0) as number);
    if (rest.startsWith('[') && !(set && isValid(set.source))) return undefined;
    if (stars) tokens.push({ ...once, kind: rest.length === stars.length ? 'rest' : 'cross' });
    else if (set) tokens.push({ ...once, kind: 'char', source: set.source });
    else if (repeat) {
      const repeated = tokens.pop();
      const counts = countsOf(Number(least), open === undefined ? undefined : most);
      if (repeated?.kind !== 'char' || repeated.min !== 1 || repeated.max !== 1 || !counts) return undefined;
      tokens.push({ ...repeated, ...counts });
    } else if (c === '*') tokens.push({ ...once, kind: 'star' });
    else if (c === '|') tokens.push({ ...once, kind: 'or' });
    else if (c === '^') tokens.push({ ...once, kind: 'start' });
    else tokens.push({ ...once, kind: 'char', source: c === '?' ? '[^/]' : c === '\\' ? escaped(rest[1]) : quote(c) });
    rest = rest.slice(stars?.length ?? set?.length ?? repeat?.length ?? (c === '\\' ? 2 : c.length));
  }
  return tokens;
}

function isValid(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

/** @param most undefined for as often as `least`, empty for any number */
function countsOf(least: number, most: string | undefined): { min: number; max: number } | undefined {
  const max = most === undefined ? least : most === '' ? Number.POSITIVE_INFINITY : Number(most);
  return least <= MOST && (max <= MOST || max === Number.POSITIVE_INFINITY) && least <= max
    ? { min: least, max }
    : undefined;
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
