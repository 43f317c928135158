import type { Location, Step } from '../dockerfile/model.js';
import { rangeOfLines } from '../dockerfile/ranges.js';
import type { Place } from './place.js';
import type { BuildFiles } from './subject.js';

/** A blank-separated piece of an instruction as it is written, and where. */
export interface Token {
  readonly text: string;
  readonly place: Place;
}

/** The place of an instruction, of a line, or of anything else that has lines. */
export function placeOfLines({ dockerfile, texts }: BuildFiles, location: Location): Place {
  return { file: dockerfile.file, range: rangeOfLines(texts, location) };
}

/** `#dev-copy=`: what stands in front of a directive's value. */
const directiveName = /^\s*#+\s*[\w-]+=/;

/** The pieces of an instruction or directive, in order, without continuation characters, comments and heredoc bodies. */
export function tokensOf({ dockerfile, lines }: BuildFiles, { line, endLine }: Location): Token[] {
  const tokens: Token[] = [];
  for (let at = line; at <= endLine; at += 1) {
    const source = lines[at - 1];
    if (source === undefined || source.kind === 'continued-comment' || source.kind === 'heredoc') continue;
    const text = source.text.replace(directiveName, (name) => ' '.repeat(name.length));
    for (const { 0: word, index } of text.matchAll(/\S+/g)) {
      if (word === dockerfile.escape) continue;
      const range = { line: at, column: index + 1, endLine: at, endColumn: index + 1 + word.length };
      tokens.push({ text: word, place: { file: dockerfile.file, range } });
    }
  }
  return tokens;
}

/** Where the nth (from 0) of an instruction's `count` last words stands; the whole of it for a JSON form. */
export function placeOfWord(files: BuildFiles, step: Step, { nth, count }: { nth: number; count: number }): Place {
  const tokens = tokensOf(files, step);
  const first = tokens.length - count;
  const isJson = tokens.some(({ text }) => text.startsWith('['));
  const token = isJson || first < 0 ? undefined : tokens[first + nth];
  return token?.place ?? placeOfLines(files, step);
}

/** Where an instruction's flag stands, such as `--from`; the whole instruction when it is not found. */
export function placeOfFlag(files: BuildFiles, location: Location, flag: string): Place {
  const token = tokensOf(files, location).find(({ text }) => text === flag || text.startsWith(`${flag}=`));
  return token?.place ?? placeOfLines(files, location);
}
