/** Patterns up to which each is tried for each path. */
const FEW = 50;

/** What is no character of its own in a pattern. */
const SPECIAL = /[*?[\]\\^{}]/;

/** Finds the patterns that may match a path, without trying each of thousands. */
export class PatternIndex {
  readonly #all: readonly number[];
  readonly #byKey = new Map<string, number[]>();
  /** Places of the patterns that say nothing for certain about the paths they match. */
  readonly #others: number[] = [];

  /** @param patterns clean ones */
  constructor(patterns: readonly string[]) {
    this.#all = patterns.map((_, at) => at);
    if (patterns.length <= FEW) return;
    for (const [at, pattern] of patterns.entries()) {
      const key = keyOf(pattern);
      const found = key === undefined ? this.#others : this.#byKey.get(key);
      if (found) found.push(at);
      else if (key !== undefined) this.#byKey.set(key, [at]);
    }
  }

  /**
   * Places of the patterns that may match a path, in order, and those of `more`.
   *
   * @param more places in order
   */
  candidates(path: string, more: ReadonlySet<number>): Iterable<number> {
    if (this.#all.length <= FEW) return this.#all;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const [first = ''] = path.split('/', 1);
    const keys = [`/${first}`, name, endOf(name)].flatMap((key) => (key === undefined ? [] : key));
    const found = new Set([...keys.flatMap((key) => this.#byKey.get(key) ?? []), ...this.#others, ...more]);
    return [...found].sort((a, b) => a - b);
  }
}

/** What a path has if the pattern matches it: a first name (with a slash before it), a last one, or its end (with a colon). */
function keyOf(pattern: string): string | undefined {
  if (pattern.includes('|')) return undefined;
  const names = pattern.split('/');
  const [first = ''] = names;
  const last = names.at(-1) ?? '';
  if (first !== '' && !SPECIAL.test(first)) return `/${first}`;
  if (last !== '' && !SPECIAL.test(last) && isWhole(names)) return last;
  return endOf(/[^*?[\]\\^{}]*$/.exec(last)?.[0] ?? '');
}

/** True where the last name of a pattern is the whole last name of what it matches; `x**` with `c` behind a slash takes `xc` too. */
function isWhole(names: readonly string[]): boolean {
  const before = names.slice(0, -1).findLast((name) => name !== '**');
  return before === undefined || !before.endsWith('**');
}

/** From the last dot on. */
function endOf(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? undefined : `:${name.slice(dot)}`;
}
