import { dropLeadingTabs, findHeredocs, type HeredocStart } from './heredocs.js';
import type { Heredoc, Location } from './model.js';
import { type ParserDirectives, readParserDirectives } from './parser-directives.js';

/** What a line of the file is to the parser. */
export type LineKind =
  | 'blank'
  | 'comment'
  | 'instruction'
  | 'continuation'
  /** A comment (or empty) line inside a continued instruction: dropped. */
  | 'continued-comment'
  | 'heredoc';

/** One line of the file. */
export interface SourceLine {
  /** Without its line end. */
  readonly text: string;
  /** The line end: empty for a last line that has none. */
  readonly end: string;
  readonly kind: LineKind;
}

/** An instruction with its continuation lines joined and its heredoc bodies set apart. */
export interface LogicalLine extends Location {
  readonly text: string;
  readonly heredocs: readonly Heredoc[];
  /** Delimiter of a heredoc that the file does not end. */
  readonly unterminated: string | undefined;
}

/** A Dockerfile taken apart. */
export interface SourceText extends ParserDirectives {
  readonly lines: readonly SourceLine[];
  readonly instructions: readonly LogicalLine[];
}

interface Reader {
  readonly raw: readonly { readonly text: string; readonly end: string }[];
  readonly kinds: LineKind[];
  readonly continued: RegExp;
}

const isComment = (line: string): boolean => line.trimStart().startsWith('#');
const isBlank = (line: string): boolean => line.trim() === '';

/** The text and end of each line of a file. Only `\n` ends a line; a `\r` in front of it belongs to the end. */
function splitLines(text: string): { text: string; end: string }[] {
  const parts = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return parts.map((part) => {
    const end = /[\r\n]*$/.exec(part)?.[0] ?? '';
    return { text: part.slice(0, part.length - end.length), end };
  });
}

/** Joins the lines of an instruction, marks their kinds, and gives the text and the number of lines read so far. */
function readJoined(reader: Reader, start: number): { text: string; end: number } {
  let index = start;
  let text = '';
  for (let more = true; more && index < reader.raw.length; index += 1) {
    const line = reader.raw[index]?.text ?? '';
    if (index > start && (isComment(line) || isBlank(line))) {
      reader.kinds[index] = 'continued-comment';
      continue;
    }
    reader.kinds[index] = index === start ? 'instruction' : 'continuation';
    more = reader.continued.test(line);
    const joined = more ? line.replace(reader.continued, '$1') : line;
    text += index === start ? joined.trimStart() : joined;
  }
  return { text, end: index };
}

type RawLines = Reader['raw'];

/** Lines by their texts, looked up once for a file. */
const known = new WeakMap<RawLines, Map<boolean, Map<string, number[]>>>();

function linesOf(raw: RawLines, dropTabs: boolean): Map<string, number[]> {
  const both = known.get(raw) ?? new Map<boolean, Map<string, number[]>>();
  known.set(raw, both);
  const found = both.get(dropTabs);
  if (found !== undefined) return found;
  const places = new Map<string, number[]>();
  for (const [index, { text }] of raw.entries()) {
    const key = dropTabs ? text.replace(/^\t+/, '') : text;
    const there = places.get(key);
    if (there === undefined) places.set(key, [index]);
    else there.push(index);
  }
  both.set(dropTabs, places);
  return places;
}

/** The line that ends a heredoc, counted from 0, or undefined. */
function findTerminator({ raw }: Reader, from: number, { name, dropTabs }: HeredocStart): number | undefined {
  const places = linesOf(raw, dropTabs).get(name) ?? [];
  return places.find((index) => index >= from);
}

function readHeredocs(reader: Reader, text: string, from: number) {
  const heredocs: Heredoc[] = [];
  let end = from;
  for (const start of findHeredocs(text)) {
    const terminator = findTerminator(reader, end, start);
    // `a << 2` is a heredoc for newer frontends alone: taken for one where it would be one that ends.
    if (terminator === undefined && start.spaced) continue;
    if (terminator === undefined) {
      reader.kinds.fill('heredoc', end);
      return { heredocs, end: reader.raw.length, unterminated: start.name };
    }
    const body = reader.raw.slice(end, terminator).map((line) => line.text + line.end);
    const content = start.dropTabs ? dropLeadingTabs(body.join('')) : body.join('');
    heredocs.push({ name: start.name, content, expand: start.expand });
    reader.kinds.fill('heredoc', end, terminator + 1);
    end = terminator + 1;
  }
  return { heredocs, end, unterminated: undefined };
}

/** What ends a line that goes on in the next one. An escape character that is itself escaped does not. */
export function continuationPattern(escapeChar: ParserDirectives['escape']): RegExp {
  const quoted = escapeChar === '\\' ? '\\\\' : escapeChar;
  return new RegExp(`(^|[^${quoted}])${quoted}[ \\t]*$`);
}

/** Divides a Dockerfile into instructions, comments and heredoc bodies by BuildKit's rules. */
export function readSource(text: string): SourceText {
  const raw = splitLines(text.replace(/^\uFEFF/, ''));
  const directives = readParserDirectives(raw.map((line) => line.text));
  const continued = continuationPattern(directives.escape);
  const reader: Reader = { raw, kinds: raw.map(() => 'blank'), continued };
  const instructions: LogicalLine[] = [];
  for (let index = 0; index < raw.length; ) {
    const line = raw[index]?.text ?? '';
    if (isBlank(line) || isComment(line)) {
      reader.kinds[index] = isBlank(line) ? 'blank' : 'comment';
      index += 1;
      continue;
    }
    const joined = readJoined(reader, index);
    const { heredocs, end, unterminated } = readHeredocs(reader, joined.text, joined.end);
    instructions.push({ text: joined.text, line: index + 1, endLine: end, heredocs, unterminated });
    index = end;
  }
  const lines = raw.map((line, index) => ({ ...line, kind: reader.kinds[index] ?? 'blank' }));
  return { ...directives, lines, instructions };
}
