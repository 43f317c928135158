/** What a shell script says of the process that it becomes. */
export interface ReadScript {
  /** The command lines that it may become, by `exec`. */
  readonly executed: readonly (readonly string[])[];
  /** It may become its own arguments. */
  readonly passesOn: boolean;
  /** It looks whether it is process 1. */
  readonly asksForOne: boolean;
}

const EXEC = /(?:^|[;&|({]|\bthen|\belse|\bdo)[ \t]*exec[ \t]+([^\n;&|]+)/gm;
/** `[ "$$" -ne 1 ]`, `test $$ = 1` and the like. */
const ASKS = /\$(?:\$|\{\$\})["']?\s*(?:-ne|-eq|-gt|-le|!=|==?)\s*["']?1\b|\b1["']?\s*(?:-ne|-eq|!=|==?)\s*["']?\$\$/;

/**
 * Reads a script, by its words: no shell is at work. Options in front of a command that is executed are passed over.
 *
 * @param whole the text is all that a `sh -c` runs: a shell becomes a command that stands there alone
 */
export function readScript(text: string, { whole = false } = {}): ReadScript {
  const plain = text.replace(/^[ \t]*#.*$/gm, '').replace(/\\\n/g, ' ');
  const lines = Array.from(plain.matchAll(EXEC), ([, line = '']) => wordsOf(line));
  const alone = whole && !/[\n;&|]/.test(plain.trim()) ? [wordsOf(plain)] : [];
  const commands = [...lines, ...alone].map(withoutOptions).filter((words) => words.length > 0);
  const isArguments = ([first]: readonly string[]): boolean => first === '$@' || first === '$*';
  return {
    executed: commands.filter((words) => !isArguments(words)).map((words) => words.filter((word) => word !== '$@')),
    passesOn: commands.some((words) => words.includes('$@') || words.includes('$*')),
    asksForOne: ASKS.test(plain),
  };
}

const wordsOf = (line: string): string[] =>
  Array.from(line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, double, single, bare]) => double ?? single ?? bare ?? '');

function withoutOptions(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !/^-|^exec$|^\w+=/.test(word));
  return first < 0 ? [] : words.slice(first);
}
