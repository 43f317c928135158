import type { Case, CaseItem, Word } from 'unbash';
import { type Known, knownWord } from './known-words.js';

/** Whether a word fits a pattern; undefined where that cannot be told. */
function fits(text: string, pattern: Word, known: Known): boolean | undefined {
  if (pattern.text === '*') return true;
  const plain = knownWord(pattern, known)?.text;
  return plain === undefined ? undefined : plain === text;
}

/** The items of a `case` that can be the one that runs: all, unless the word is known. */
export function possibleItems({ word, items }: Case, known: Known): readonly CaseItem[] {
  const text = knownWord(word, known)?.text;
  if (text === undefined) return items;
  const possible: CaseItem[] = [];
  let isOpen = false;
  for (const item of items) {
    const answers = item.pattern.map((pattern) => fits(text, pattern, known));
    if (isOpen || answers.some((answer) => answer !== false)) possible.push(item);
    else continue;
    isOpen = item.terminator === ';&';
    if (answers.includes(true) && item.terminator !== ';&' && item.terminator !== ';;&') break;
  }
  return possible;
}
