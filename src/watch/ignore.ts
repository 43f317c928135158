import { posix } from 'node:path';
import { parentOf } from '../plan/context-tree.js';
import { type PathPattern, pathPattern } from '../plan/path-pattern.js';
import { PatternIndex } from './pattern-index.js';

/** What an ignore file leaves out of a build context. Paths are relative to the context, `/` between names. */
export interface IgnoreRules {
  /** True when the path is not sent to a build (a directory may still be, for the sake of something in it). */
  ignores(path: string): boolean;
  /** True when nothing at or below this directory is sent to a build: no need to look into it. */
  prunes(directory: string): boolean;
  /** The line that leaves the path out; undefined for one that is not ignored. */
  ignoredBy(path: string): IgnoreLine | undefined;
}

/** A line of an ignore file. */
export interface IgnoreLine {
  /** Counts from 1. */
  readonly line: number;
  /** As written, without white space around it. */
  readonly text: string;
}

/** Ignores nothing. */
export const ignoreNothing: IgnoreRules = {
  ignores: () => false,
  prunes: () => false,
  ignoredBy: () => undefined,
};

/**
 * Reads a `.dockerignore`. The rules are those of moby's patternmatcher, which BuildKit uses: order matters, `!` takes
 * back in, `**` spans directories, patterns are anchored at the context, and what lies below a match is matched, too.
 * A pattern that makes a build fail has no effect here.
 */
export function parseIgnore(text: string): IgnoreRules {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, i) => parseLine(line).map((pattern) => ({ ...pattern, line: i + 1, text: trim(line) })));
  if (patterns.length === 0) return ignoreNothing;
  const directories = new Map<string, Verdict>();
  const judgeDirectory = (path: string): Verdict => {
    const known = directories.get(path);
    if (known) return known;
    if (directories.size >= REMEMBERED) directories.clear();
    const verdict = judge(path);
    directories.set(path, verdict);
    return verdict;
  };
  const index = new PatternIndex(patterns.map(({ pattern }) => pattern));
  const judge = (path: string): Verdict => {
    const above = path.includes('/') ? judgeDirectory(parentOf(path)).matched : NONE;
    return applyPatterns(patterns, path, { above, candidates: index.candidates(path, above) });
  };
  const exceptions = patterns.filter(({ exclude }) => !exclude);
  return {
    ignores: (path) => judge(path).ignored,
    prunes: (directory) =>
      judgeDirectory(directory).ignored && !exceptions.some((exception) => exception.mayMatchBelow(directory)),
    ignoredBy: (path) => {
      const { ignored, by } = judge(path);
      return ignored && by ? { line: by.line, text: by.text } : undefined;
    },
  };
}

/** Directories whose verdicts are kept at a time. */
const REMEMBERED = 10_000;

type PatternLine = PathPattern & IgnoreLine;

interface Verdict {
  readonly ignored: boolean;
  /** The pattern that decided, if any holds. */
  readonly by: PatternLine | undefined;
  /** Places of the patterns that hold for the path, and so for all below it. */
  readonly matched: ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();

interface Candidates {
  /** Places of the patterns that hold for the directory. */
  readonly above: ReadonlySet<number>;
  /** Places of those that may hold, in order. */
  readonly candidates: Iterable<number>;
}

/** Patterns in order; one that could not turn the verdict is not tried, and then does not hold for what is below either. */
function applyPatterns(patterns: readonly PatternLine[], path: string, { above, candidates }: Candidates): Verdict {
  let by: PatternLine | undefined;
  const matched = new Set<number>();
  for (const at of candidates) {
    const pattern = patterns[at] as PatternLine;
    if (!above.has(at) && ((by?.exclude ?? false) === pattern.exclude || !pattern.matches(path))) continue;
    by = pattern;
    matched.add(at);
  }
  return { ignored: by?.exclude ?? false, by, matched };
}

function parseLine(line: string): PathPattern[] {
  if (line.startsWith('#')) return [];
  const trimmed = trim(line);
  if (trimmed === '') return [];
  const taken = trimmed.startsWith('!');
  const body = cleanPath(taken ? trim(trimmed.slice(1)) : trimmed);
  // a build cleans each line twice, and looks for the mark only the second time
  const whole = cleanPath(trim(`${taken ? '!' : ''}${body.length > 1 ? body.replace(/^\//, '') : body}`));
  const exclude = !whole.startsWith('!');
  const text = exclude ? whole : whole.slice(1);
  const pattern = text === '' ? undefined : pathPattern(text, exclude);
  return pattern ? [pattern] : [];
}

const cleanPath = (path: string): string => (path === '' ? '' : posix.normalize(path).replace(/(?<=.)\/$/, ''));

/** White space as Go has it: `trim` would take a byte order mark for some. */
const trim = (text: string): string => text.replace(/^[^\S\uFEFF]+|[^\S\uFEFF]+$/g, '');
