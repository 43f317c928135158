import type { Diagnostic, Range } from '../../diagnostics.js';
import { type CheckResult, helpOf, type RuleText } from './check-report.js';

/** Who made the report. */
export interface SarifTool {
  readonly version: string;
  readonly homepage: string | undefined;
}

const toRule = ({ id, summary, severity }: RuleText, result: CheckResult, homepage: string | undefined) => ({
  id,
  shortDescription: { text: summary },
  defaultConfiguration: { level: severity },
  help: { text: `${summary} More: ${helpOf(result, id)}` },
  ...(homepage !== undefined && { helpUri: new URL(`docs/rules/${id}.md`, homepage).href }),
});

const toRegion = ({ line, column, endLine, endColumn }: Range) => ({
  startLine: line,
  startColumn: column,
  endLine,
  endColumn,
});

/** A relative path as a URI reference, an absolute one as a file URI. */
const toUri = (file: string): string =>
  (file.startsWith('/') ? 'file://' : '') + encodeURI(file).replaceAll('#', '%23').replaceAll('?', '%3F');

function toResult(diagnostic: Diagnostic, result: CheckResult) {
  const { code, severity, message, hint, file, range, service, details = [] } = diagnostic;
  const sentences = hint === undefined ? message : `${message} ${hint}`;
  const index = result.rules.findIndex(({ id }) => id === code);
  const artifactLocation =
    file === undefined ? undefined : { uri: toUri(file), ...(!file.startsWith('/') && { uriBaseId: '%SRCROOT%' }) };
  return {
    ruleId: code,
    ...(helpOf(result, code) !== undefined && { ruleIndex: index }),
    level: severity,
    message: { text: [sentences, ...details].join('\n') },
    locations: artifactLocation && [
      { physicalLocation: { artifactLocation, ...(range && { region: toRegion(range) }) } },
    ],
    ...(service !== undefined && { properties: { service } }),
  };
}

/** A SARIF 2.1.0 log with one run. */
export function sarifReport(result: CheckResult, { version, homepage }: SarifTool): string {
  const driver = {
    name: 'docker-livepush',
    version,
    ...(homepage !== undefined && { informationUri: homepage }),
    rules: result.rules.map((rule) => toRule(rule, result, homepage)),
  };
  const log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: { driver },
        // columns are those of JavaScript strings
        columnKind: 'utf16CodeUnits',
        results: result.diagnostics.map((diagnostic) => toResult(diagnostic, result)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
