import type { Diagnostic, Range } from '../diagnostics.js';
import { checkArguments } from './check-arguments.js';
import { findHeredocs } from './heredocs.js';
import type { Instruction, ParsedDockerfile } from './model.js';
import { rangeOfLines } from './ranges.js';
import { type CommentReading, DIRECTIVE_NAMES, type DirectiveName, readDirective } from './read-directive.js';
import { readInstruction } from './read-instruction.js';
import { continuationPattern, readSource, type SourceLine } from './source-lines.js';

/** A directive that is written well and stands where one may. */
export interface Directive {
  readonly name: DirectiveName;
  /** All after the first `=`, without blanks at the end. */
  readonly value: string;
  readonly line: number;
  /** Index of the stage it stands in. */
  readonly stage: number;
}

/** The instruction that takes a directive's place. */
export function counterpartOf({ name, value }: Pick<Directive, 'name' | 'value'>): string {
  const keywords = { 'cmd-live': 'CMD', run: 'RUN', copy: 'COPY', env: 'ENV' } as const;
  return `${keywords[name]} ${value}`;
}

/** The instruction that a directive stands for. */
export function instructionOf(directive: Directive): Instruction {
  const { line } = directive;
  const text = counterpartOf(directive);
  return readInstruction({ text, line, endLine: line, heredocs: [], unterminated: undefined });
}

interface Search {
  readonly parsed: ParsedDockerfile;
  readonly lines: readonly string[];
  readonly directives: Directive[];
  readonly diagnostics: Diagnostic[];
}

function report(search: Search, line: number, found: Omit<Diagnostic, 'file' | 'range'>): void {
  const range: Range = rangeOfLines(search.lines, { line, endLine: line });
  search.diagnostics.push({ ...found, file: search.parsed.file, range });
}

/** A comment that would be a directive elsewhere. */
function reportMisplaced(search: Search, line: number, kind: SourceLine['kind']): void {
  const inside = kind === 'heredoc' ? 'inside a heredoc' : 'inside a continued instruction';
  const where = kind === 'comment' ? 'in front of the first FROM' : inside;
  report(search, line, {
    code: 'misplaced-directive',
    severity: 'warning',
    message: `A directive ${where} has no effect.`,
    hint: 'Give it a line of its own, between two instructions of a stage.',
  });
}

function reportBlanks(search: Search, line: number, suggestion: string): void {
  report(search, line, {
    code: 'malformed-directive',
    severity: 'note',
    message: 'Blanks stand in front of the name of this directive; it is taken all the same.',
    hint: `Write ${suggestion}`,
  });
}

function reportUnreadable(search: Search, line: number, reading: CommentReading): void {
  if (reading.kind === 'malformed') {
    report(search, line, {
      code: 'malformed-directive',
      severity: 'error',
      message: `This is no directive, because ${reading.fault}.`,
      hint: `Write ${reading.suggestion}`,
    });
  } else if (reading.kind === 'unknown') {
    const { name, suggestion } = reading;
    const names = DIRECTIVE_NAMES.map((known) => `dev-${known}`).join(', ');
    report(search, line, {
      code: 'unknown-directive',
      severity: suggestion === undefined ? 'warning' : 'error',
      message: `There is no directive ${name}.`,
      hint: suggestion === undefined ? `The directives are ${names}.` : `Did you mean ${suggestion}`,
    });
  }
}

type Fault = Omit<Diagnostic, 'severity' | 'file' | 'range'>;

/** The fault of a directive's value for which it cannot be used, if any. */
function faultOf(directive: Directive, escapeChar: string): Fault | undefined {
  const { name, value } = directive;
  if (value === '') {
    const message = `The directive dev-${name} has no value.`;
    return { code: 'empty-directive', message, hint: `Write the arguments after =, or drop the line.` };
  }
  if (findHeredocs(counterpartOf({ name, value })).length > 0) {
    const message = `The directive dev-${name} starts a heredoc, which a comment line cannot hold.`;
    return { code: 'directive-heredoc', message, hint: 'Put the text into a file of the context.' };
  }
  const [fault] = checkArguments(instructionOf(directive), escapeChar);
  return fault && { ...fault, hint: 'Write the value exactly as the arguments of the instruction it stands for.' };
}

function addDirective(search: Search, directive: Directive): void {
  const { parsed, directives } = search;
  const { name, value, line, stage } = directive;
  const fault = faultOf(directive, parsed.escape);
  if (fault !== undefined) {
    report(search, line, { ...fault, severity: 'error' });
    return;
  }
  if (continuationPattern(parsed.escape).test(value)) {
    report(search, line, {
      code: 'directive-continuation',
      severity: 'error',
      message: `The directive dev-${name} ends with ${parsed.escape}, but a directive is one line.`,
      hint: 'Write the whole value on this line.',
    });
  }
  const first =
    name === 'cmd-live' ? directives.find((other) => other.name === name && other.stage === stage) : undefined;
  if (name === 'cmd-live' && first !== undefined) {
    report(search, line, {
      code: 'second-live-command',
      severity: 'error',
      message: `This stage already has a live command, in line ${first.line}.`,
      hint: 'Keep one of the two.',
    });
    return;
  }
  directives.push(directive);
}

function readLine(search: Search, { text, kind }: SourceLine, line: number): void {
  if (kind !== 'comment' && kind !== 'continued-comment' && kind !== 'heredoc') return;
  const reading = readDirective(text);
  const stage = search.parsed.stages.findLastIndex((candidate) => candidate.line < line);
  if (kind !== 'comment' || stage < 0) {
    if (reading.kind === 'directive') reportMisplaced(search, line, kind);
  } else if (reading.kind === 'directive') {
    if (reading.suggestion !== undefined) reportBlanks(search, line, reading.suggestion);
    addDirective(search, { name: reading.name, value: reading.value, line, stage });
  } else reportUnreadable(search, line, reading);
}

/**
 * Finds the directives of a Dockerfile: comment lines of their own, after the first FROM. What looks like one but is
 * not is a diagnostic. A second live command of the same stage is one too, and left out.
 */
export function findDirectives(
  text: string,
  parsed: ParsedDockerfile,
): { directives: Directive[]; diagnostics: Diagnostic[] } {
  const source = readSource(text);
  const lines = source.lines.map((line) => line.text);
  const search: Search = { parsed, lines, directives: [], diagnostics: [] };
  for (const [index, line] of source.lines.entries()) readLine(search, line, index + 1);
  return { directives: search.directives, diagnostics: search.diagnostics };
}
