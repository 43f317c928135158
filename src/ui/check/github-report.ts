import type { Diagnostic } from '../../diagnostics.js';
import { type CheckResult, helpOf } from './check-report.js';

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** What may not stand in the message of a workflow command as it is. */
const inMessage = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** The same for the value of a property. */
const inProperty = (text: string): string => inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function propertiesOf({ code, file, range }: Diagnostic): string {
  const properties = [
    ['file', file],
    ['line', range?.line],
    ['endLine', range?.endLine],
    // GitHub shows columns only within one line, and its end column is inclusive
    ...(range !== undefined && range.line === range.endLine
      ? [
          ['col', range.column],
          ['endColumn', Math.max(range.column, range.endColumn - 1)],
        ]
      : []),
    ['title', code],
  ];
  return properties
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${inProperty(`${value}`)}`]))
    .join(',');
}

/** Workflow commands of GitHub Actions, one a line: a pull request shows them in their places. */
export function githubReport(result: CheckResult): string {
  const lines = result.diagnostics.map((diagnostic) => {
    const { severity, message, hint, code, details = [] } = diagnostic;
    const help = helpOf(result, code);
    const text = [message, hint, help && `More: ${help}`, ...details].filter((part) => part !== undefined).join('\n');
    return `::${commands[severity]} ${propertiesOf(diagnostic)}::${inMessage(text)}\n`;
  });
  return lines.join('');
}
