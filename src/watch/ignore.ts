import { posix } from 'node:path';

/** What an ignore file leaves out of a build context. Paths are relative to the context, `/` between names. */
export interface IgnoreRules {
  /** True when the path is not sent to a build (a directory may still be, for the sake of something in it). */
  ignores(path: string): boolean;
  /** True when nothing at or below this directory is sent to a build: no need to look into it. */
  prunes(directory: string): boolean;
}

interface Pattern {
  readonly exclude: boolean;
  readonly text: string;
  readonly expression: RegExp;
}

/**
 * Reads a `.dockerignore`. The rules are those of moby's patternmatcher, which BuildKit uses: order matters, `!` takes
 * back in, `**` spans directories, patterns are anchored at the context, and what lies below a match is matched, too.
 */
export function parseIgnore(text: string): IgnoreRules {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap(parseLine);
  const exceptions = patterns.filter((pattern) => !pattern.exclude);
  const ignores = (path: string): boolean => {
    const chain = selfAndParents(path);
    let ignored = false;
    for (const { exclude, expression } of patterns) {
      if (ignored !== exclude && chain.some((p) => expression.test(p))) ignored = exclude;
    }
    return ignored;
  };
  const prunes = (directory: string): boolean =>
    ignores(directory) && !exceptions.some((pattern) => mayMatchBelow(pattern.text, directory));
  return { ignores, prunes };
}

/** Ignores nothing. */
export const ignoreNothing: IgnoreRules = { ignores: () => false, prunes: () => false };

function parseLine(line: string): Pattern[] {
  if (line.startsWith('#')) return [];
  const trimmed = line.trim();
  if (trimmed === '' || trimmed === '!') return [];
  const exclude = !trimmed.startsWith('!');
  const body = exclude ? trimmed : trimmed.slice(1).trim();
  if (body === '') return [];
  const clean = posix.normalize(body).replace(/(?<=.)\/$/, '');
  const text = clean.length > 1 ? clean.replace(/^\//, '') : clean;
  const expression = toExpression(text);
  return expression ? [{ exclude, text, expression }] : [];
}

function selfAndParents(path: string): string[] {
  const chain = [path];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) chain.push(path.slice(0, at));
  return chain;
}

/** True when an exception could match something below the directory: judged by its part in front of any wildcard. */
function mayMatchBelow(pattern: string, directory: string): boolean {
  const wild = pattern.search(/[*?[\\]/);
  if (wild < 0) return pattern.startsWith(`${directory}/`);
  const fixed = pattern.slice(0, pattern.lastIndexOf('/', wild) + 1);
  return fixed.startsWith(`${directory}/`) || `${directory}/`.startsWith(fixed);
}

function toExpression(pattern: string): RegExp | undefined {
  let out = '^';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '*' && pattern[i + 1] === '*') {
      i++;
      if (pattern[i + 1] === '/') i++;
      out += i + 1 >= pattern.length ? '.*' : '(.*/)?';
    } else if (c === '*') out += '[^/]*';
    else if (c === '?') out += '[^/]';
    else if (c === '[') {
      const end = classEnd(pattern, i);
      if (end < 0) return undefined;
      out += pattern.slice(i, end + 1);
      i = end;
    } else if (c === '\\' && i + 1 < pattern.length) {
      i++;
      out += quote(pattern[i] as string);
    } else out += quote(c);
  }
  try {
    return new RegExp(`${out}$`, 's');
  } catch {
    return undefined;
  }
}

/** Where a character class ends; a `]` right after its start is a member. */
const classEnd = (pattern: string, start: number): number =>
  pattern.indexOf(']', start + (pattern[start + 1] === '^' ? 3 : 2));

const quote = (c: string): string => c.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
