import type { Diagnostic, Range, Severity } from '../../diagnostics.js';
import { cleanLine } from '../clean-line.js';
import { countOf } from '../quantities.js';
import { type CheckResult, countBySeverity, helpOf } from './check-report.js';

const codes = { error: 31, warning: 33, note: 36, dim: 2, bold: 1 } as const;

type Paint = (text: string, how: keyof typeof codes) => string;

const painter = (colour: boolean): Paint =>
  colour ? (text, how) => `\u001b[${codes[how]}m${text}\u001b[0m` : (text) => text;

/** Columns of an excerpt; a longer line is cut around what is marked. */
const WIDTH = 110;

interface Excerpt {
  readonly line: string;
  readonly mark: string;
}

const clean = (text: string): string => cleanLine(text.replaceAll('\t', ' '), { colour: false });

/** A line of a file, and carets below the part of it that is meant. */
function excerptOf(text: string, { line, column, endLine, endColumn }: Range): Excerpt | undefined {
  const whole = text
    .split('\n', line)
    [line - 1]?.replace(/\r$/, '')
    .replace(/^\uFEFF/, '');
  if (whole === undefined || whole.trim() === '') return undefined;
  const from = column - 1;
  const to = Math.max(from + 1, endLine > line ? whole.length : endColumn - 1);
  const skipped = from < WIDTH - 30 ? 0 : from - 30;
  const head = skipped > 0 ? '…' : '';
  const shown = clean(whole.slice(skipped, skipped + WIDTH));
  const tail = whole.length > skipped + WIDTH ? '…' : '';
  const length = Math.max(1, Math.min(to, skipped + WIDTH) - from);
  return { line: head + shown + tail, mark: ' '.repeat(head.length + from - skipped) + '^'.repeat(length) };
}

const placeOf = ({ file, range, service }: Diagnostic): string => {
  const place = [file, range?.line, range?.column].filter((part) => part !== undefined).join(':');
  if (service === undefined) return place;
  return place === '' ? `service ${service}` : `${place} (service ${service})`;
};

function blockOf(diagnostic: Diagnostic, result: CheckResult, paint: Paint): string {
  const { severity, code, message, hint, file, range, details = [] } = diagnostic;
  const text = file === undefined ? undefined : result.texts.get(file);
  const excerpt = text === undefined || range === undefined ? undefined : excerptOf(text, range);
  const number = excerpt === undefined ? '' : `${range?.line}`;
  const gutter = ' '.repeat(number.length);
  const place = placeOf(diagnostic);
  const help = helpOf(result, code);
  const notes = [hint && `hint: ${hint}`, help && `more: ${help}`].filter((note) => note !== undefined && note !== '');
  const lines = [
    `${paint(`${severity}[${code}]`, severity)}${paint(`: ${clean(message)}`, 'bold')}`,
    ...(place === '' ? [] : [`${gutter}${paint('-->', 'dim')} ${place}`]),
    ...(excerpt === undefined
      ? []
      : [
          `${paint(`${number} |`, 'dim')} ${excerpt.line}`,
          `${paint(`${gutter} |`, 'dim')} ${paint(excerpt.mark, severity)}`,
        ]),
    ...details.map((line) => `${gutter} ${paint('|', 'dim')} ${clean(line)}`),
    ...notes.map((note) => `${gutter} ${paint('=', 'dim')} ${clean(`${note}`)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function summaryOf({ diagnostics, services }: CheckResult, paint: Paint): string {
  const { errors, warnings, notes } = countBySeverity(diagnostics);
  const where = `in ${countOf(services.length, 'service')}`;
  const parts: [number, string, Severity][] = [
    [errors, 'error', 'error'],
    [warnings, 'warning', 'warning'],
    [notes, 'note', 'note'],
  ];
  const found = parts
    .filter(([count]) => count > 0)
    .map(([count, noun, severity]) => paint(countOf(count, noun), severity));
  return found.length === 0 ? `Nothing to complain about ${where}.\n` : `${found.join(', ')} ${where}.\n`;
}

/** Text for people: each diagnostic with the line it is about, and a summary. */
export function prettyReport(result: CheckResult, { colour }: { readonly colour: boolean }): string {
  const paint = painter(colour);
  const blocks = result.diagnostics.map((diagnostic) => blockOf(diagnostic, result, paint));
  return [...blocks, summaryOf(result, paint)].join('\n');
}
