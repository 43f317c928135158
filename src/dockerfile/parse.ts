import { DockerfileParser } from 'dockerfile-ast';
import type { Diagnostic, Range } from '../diagnostics.js';
import { type ArgumentFault, checkInstructionText } from './check-arguments.js';
import type { Instruction, ParsedDockerfile, ParsedStage } from './model.js';
import { rangeOfLines } from './ranges.js';
import { readInstruction } from './read-instruction.js';
import { findLongLine } from './size-limits.js';
import { type LogicalLine, readSource, type SourceText } from './source-lines.js';
import { splitWords } from './words.js';

/** Characters from which on the whole instruction is told in place of its arguments: looking for these takes memory with each line. */
const LARGE = 500_000;

/** Where an instruction's arguments stand, by the line it starts in. */
type ArgumentRanges = ReadonlyMap<number, Range>;

/**
 * Argument ranges from dockerfile-ast. Lines and keywords are not taken from it: it reads heredocs, doubled escapes
 * and parser directives in other ways than BuildKit, so a range counts only where it lies within the instruction.
 */
function readArgumentRanges(text: string): ArgumentRanges {
  const ranges = new Map<number, Range>();
  if (text.length > LARGE) return ranges;
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const found = instruction.getArgumentsRange();
    if (found === null) continue;
    const { start, end } = found;
    ranges.set(instruction.getRange().start.line + 1, {
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    });
  }
  return ranges;
}

interface Parsing {
  readonly file: string;
  readonly source: SourceText;
  readonly lines: readonly string[];
  readonly argumentRanges: ArgumentRanges;
  readonly diagnostics: Diagnostic[];
}

/** The arguments of an instruction when they are known, else all its lines. */
function rangeOf({ lines, argumentRanges }: Parsing, logical: LogicalLine): Range {
  const range = argumentRanges.get(logical.line);
  const isWithin = range !== undefined && range.endLine <= logical.endLine;
  return isWithin ? range : rangeOfLines(lines, logical);
}

function report(parsing: Parsing, fault: ArgumentFault & { readonly hint?: string }, range: Range): void {
  parsing.diagnostics.push({ ...fault, severity: 'error', file: parsing.file, range });
}

function checkInstruction(parsing: Parsing, logical: LogicalLine, instruction: Instruction): void {
  const range = rangeOf(parsing, logical);
  if (logical.unterminated !== undefined) {
    const message = `The heredoc ${logical.unterminated} has no end.`;
    const hint = `End it with a line that is just ${logical.unterminated}.`;
    report(parsing, { code: 'unterminated-heredoc', message, hint }, range);
  }
  for (const fault of checkInstructionText(instruction, parsing.source.escape)) {
    report(parsing, fault, fault.code === 'unknown-flag' ? rangeOfLines(parsing.lines, logical) : range);
  }
}

function toStage(instruction: Instruction, index: number, instructions: readonly Instruction[]): ParsedStage {
  const [base = '', as, name] = splitWords(instruction.args);
  return {
    index,
    name: as?.toLowerCase() === 'as' ? name : undefined,
    base,
    platform: instruction.flags.find((flag) => flag.name === 'platform')?.value,
    instructions,
    line: instruction.line,
    endLine: instruction.endLine,
  };
}

function readStages(parsing: Parsing): { globalArgs: Instruction[]; stages: ParsedStage[] } {
  const globalArgs: Instruction[] = [];
  const stages: ParsedStage[] = [];
  let current: Instruction[] | undefined;
  for (const logical of parsing.source.instructions) {
    const instruction = readInstruction(logical);
    checkInstruction(parsing, logical, instruction);
    if (instruction.keyword === 'FROM') {
      current = [];
      stages.push(toStage(instruction, stages.length, current));
    } else if (current !== undefined) current.push(instruction);
    else if (instruction.keyword === 'ARG') globalArgs.push(instruction);
    else {
      const message = `${instruction.keyword} stands in front of the first FROM, where only ARG may.`;
      report(parsing, { code: 'instruction-before-from', message }, rangeOfLines(parsing.lines, logical));
    }
  }
  return { globalArgs, stages };
}

/**
 * Parses a Dockerfile by BuildKit's rules. Never throws: faults are error diagnostics, and what can be read is read.
 * An instruction that nobody knows is kept under its keyword. `file` is the path as the user would name it.
 */
export function parseDockerfile(
  text: string,
  file: string,
): { dockerfile: ParsedDockerfile; diagnostics: Diagnostic[] } {
  const tooLong = findLongLine(text, file);
  if (tooLong) {
    const nothing = { file, text: '', escape: '\\', frontend: 'builder', globalArgs: [], stages: [] } as const;
    return { dockerfile: nothing, diagnostics: [tooLong] };
  }
  const source = readSource(text);
  const lines = source.lines.map((line) => line.text);
  const parsing: Parsing = { file, source, lines, argumentRanges: readArgumentRanges(text), diagnostics: [] };
  for (const { message, range } of source.faults) report(parsing, { code: 'parser-directive', message }, range);
  const { globalArgs, stages } = readStages(parsing);
  if (stages.length === 0) {
    const message = source.instructions.length === 0 ? 'The file has no instructions.' : 'There is no FROM.';
    const range = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    const hint = 'Start with FROM and the name of an image.';
    report(parsing, { code: 'no-from', message, hint }, range);
  }
  return {
    dockerfile: { file, text, escape: source.escape, frontend: source.frontend, globalArgs, stages },
    diagnostics: parsing.diagnostics,
  };
}
