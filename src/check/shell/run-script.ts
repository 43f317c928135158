import { counterpartOf } from '../../dockerfile/directives.js';
import { parseHeredocWord } from '../../dockerfile/heredocs.js';
import type { Heredoc, Instruction, RunStep } from '../../dockerfile/model.js';
import { readDirective } from '../../dockerfile/read-directive.js';
import { readInstruction } from '../../dockerfile/read-instruction.js';
import { continuationPattern } from '../../dockerfile/source-lines.js';
import type { Place } from '../place.js';
import type { BuildFiles } from '../subject.js';
import { placeOfLines } from '../tokens.js';

/** What a RUN gives to a shell, with the way back to where it is written. */
export interface RunScript {
  readonly text: string;
  /** The place of a piece of the text, by offsets in UTF-16 units, the end exclusive. */
  readonly placeOf: (start: number, end: number) => Place;
}

/** A piece of the script that stands in one line of the file. */
interface Piece {
  /** Where it begins in the script. */
  readonly offset: number;
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly text: string;
}

interface Written {
  readonly instruction: Instruction;
  /** The whole instruction, continuation lines joined. */
  readonly pieces: readonly Piece[];
}

function readWritten({ dockerfile, lines, instructions }: BuildFiles, { line, endLine }: RunStep): Written | undefined {
  const first = lines[line - 1];
  if (first?.kind === 'comment') {
    const reading = readDirective(first.text);
    if (reading.kind !== 'directive') return undefined;
    const text = counterpartOf(reading);
    const instruction = readInstruction({ text, line, endLine, heredocs: [], unterminated: undefined });
    const column = first.text.indexOf('=') + 2;
    return { instruction, pieces: [{ offset: 0, line, column, text: reading.value }] };
  }
  const parsed = instructions.get(line);
  if (parsed === undefined) return undefined;
  const continued = continuationPattern(dockerfile.escape);
  const pieces: Piece[] = [];
  let offset = 0;
  for (let at = line; at <= endLine; at += 1) {
    const { text: raw = '', kind } = lines[at - 1] ?? {};
    if (kind !== 'instruction' && kind !== 'continuation') continue;
    const text = raw.replace(continued, '$1');
    pieces.push({ offset, line: at, column: 1, text });
    offset += text.length;
  }
  return { instruction: parsed, pieces };
}

/** The script's own part of the pieces: what stands behind keyword and flags. */
function argumentPieces({ instruction, pieces }: Written): Piece[] {
  const joined = pieces.map(({ text }) => text).join('');
  const start = joined.trimEnd().length - instruction.args.length;
  return pieces.flatMap(({ offset, line, column, text }) => {
    const cut = Math.max(0, start - offset);
    return cut >= text.length
      ? []
      : [{ offset: offset + cut - start, line, column: column + cut, text: text.slice(cut) }];
  });
}

/** The lines of a heredoc body, whose instruction ends with the line that ends the heredoc. */
function bodyPieces({ lines }: BuildFiles, { endLine }: RunStep, { content }: Heredoc): Piece[] {
  const body = content.split('\n').slice(0, -1);
  let offset = 0;
  return body.map((text, index) => {
    const line = endLine - body.length + index;
    const indent = (lines[line - 1]?.text.length ?? 0) - text.replace(/\r$/, '').length;
    const piece = { offset, line, column: 1 + Math.max(0, indent), text: `${text}\n` };
    offset += piece.text.length;
    return piece;
  });
}

const shells = /^(?:\/\S*\/)?(?:ba|da|a|k)?sh$/;

/** Whether a heredoc's body is what the shell runs: it stands alone, or is the input of a shell. */
function isScript({ args, heredocs }: Instruction): boolean {
  const [heredoc, ...others] = heredocs;
  if (heredoc === undefined || others.length > 0) return false;
  const program = /^#!\s*(?:\/usr\/bin\/env\s+(?:-S\s+)?)?(\S+)/.exec(heredoc.content)?.[1];
  if (parseHeredocWord(args) !== undefined) return program === undefined || shells.test(program);
  const [shell = '', ...options] = args.split(/\s+/).filter((word) => parseHeredocWord(word) === undefined);
  return shells.test(shell) && options.every((option) => /^-(?!\w*c)/.test(option));
}

/** The place of an offset range, or of the whole instruction when it is not in a line of the file. */
function placeIn(files: BuildFiles, step: RunStep, pieces: readonly Piece[]): RunScript['placeOf'] {
  const at = (offset: number): { line: number; column: number } | undefined => {
    const piece = pieces.findLast((each) => each.offset <= offset);
    if (piece === undefined || offset - piece.offset >= piece.text.length) return undefined;
    return { line: piece.line, column: piece.column + offset - piece.offset };
  };
  return (start, end) => {
    const [first, last] = [at(start), at(Math.max(start, end - 1))];
    if (first === undefined || last === undefined) return placeOfLines(files, step);
    return { file: files.dockerfile.file, range: { ...first, endLine: last.line, endColumn: last.column + 1 } };
  };
}

/** The shell script of a RUN step; undefined when a program other than a POSIX shell gets it. */
export function runScript(files: BuildFiles, step: RunStep): RunScript | undefined {
  const written = readWritten(files, step);
  if (written === undefined) return undefined;
  const { json, args, heredocs } = written.instruction;
  if (json !== undefined) return { text: json.map(quote).join(' '), placeOf: () => placeOfLines(files, step) };
  // `conda run … /bin/bash -c` is one too
  if (!step.state.shell.some((word) => shells.test(word))) return undefined;
  const [heredoc] = heredocs;
  const isBody = heredoc !== undefined && isScript(written.instruction);
  const pieces = isBody ? bodyPieces(files, step, heredoc) : argumentPieces(written);
  const bodies = isBody ? [] : heredocs.map(({ name, content }) => `\n${content}${name}`);
  const text = isBody ? heredoc.content : args + bodies.join('');
  return { text, placeOf: placeIn(files, step, pieces) };
}

const quote = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
