import { type PatternToken, takes } from './pattern-tokens.js';

/** A state reads one character, or is passed over. */
interface State {
  readonly reads: (char: string) => boolean;
  /** It reads again and again. */
  readonly loops: boolean;
  /** The states that may stand in its place without a character, as distances. */
  readonly passes: readonly number[];
  /** Passed over at the start of a path only. */
  readonly isStart?: boolean;
}

interface Alternative {
  readonly states: readonly State[];
  /** What stands in front of it, or behind it, is another alternative: anything may. */
  readonly isOpenBefore: boolean;
  readonly isOpenBehind: boolean;
}

/** A matcher of tokens that takes time with the length of the path times that of the pattern, whatever they are. */
export function machineOf(tokens: readonly PatternToken[]): (path: string) => boolean {
  const parts: PatternToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'or') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  const alternatives = parts.map((part, at): Alternative => {
    const states = part.flatMap(statesOf);
    return { states, isOpenBefore: at > 0, isOpenBehind: at < parts.length - 1 };
  });
  return (path) => alternatives.some((alternative) => matches(alternative, path));
}

const anything = (char: string): boolean => char !== '\n';
const isSlash = (char: string): boolean => char === '/';
const isInName = (char: string): boolean => char !== '/';
const nothing = (): boolean => false;

function statesOf({ kind, source, min, max }: PatternToken): State[] {
  switch (kind) {
    case 'star':
      return [{ reads: isInName, loops: true, passes: [1] }];
    case 'rest':
      return [{ reads: anything, loops: true, passes: [1] }];
    case 'cross':
      return [
        { reads: nothing, loops: false, passes: [1, 3] },
        { reads: anything, loops: true, passes: [1] },
        { reads: isSlash, loops: false, passes: [] },
      ];
    case 'start':
      return [{ reads: nothing, loops: false, passes: [1], isStart: true }];
    case 'or':
      return [];
    case 'char': {
      const known = new Map<string, boolean>();
      const reads = (char: string): boolean => {
        const found = known.get(char) ?? takes(source, char);
        known.set(char, found);
        return found;
      };
      const must = Array.from({ length: min }, (): State => ({ reads, loops: false, passes: [] }));
      if (max === Number.POSITIVE_INFINITY) return [...must, { reads, loops: true, passes: [1] }];
      return [...must, ...Array.from({ length: max - min }, (): State => ({ reads, loops: false, passes: [1] }))];
    }
  }
}

function matches({ states, isOpenBefore, isOpenBehind }: Alternative, path: string): boolean {
  let current = new Set<number>();
  /** Adds a state, and those that may stand in its place; gives whether the end is among them. */
  const enter = (at: number, into: Set<number>, isFirst: boolean): boolean => {
    const open = [at];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (into.has(next)) continue;
      into.add(next);
      const { passes = [], isStart = false } = states[next] ?? {};
      if (!isStart || isFirst) open.push(...passes.map((distance) => (next as number) + distance));
    }
    return into.has(states.length);
  };
  let isAtEnd = enter(0, current, true);
  for (const char of path) {
    if (isAtEnd && isOpenBehind) return true;
    const after = new Set<number>();
    isAtEnd = isOpenBefore && enter(0, after, false);
    for (const at of current) {
      const state = states[at];
      if (!state?.reads(char)) continue;
      isAtEnd = enter(state.loops ? at : at + 1, after, false) || isAtEnd;
    }
    if (after.size === 0) return false;
    current = after;
  }
  return isAtEnd;
}
