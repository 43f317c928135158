import { type CheckResult, countBySeverity, helpOf } from './check-report.js';

/** One JSON object. Lines and columns count from 1, ends are exclusive; what is not known is null. */
export function jsonReport(result: CheckResult): string {
  const diagnostics = result.diagnostics.map(({ code, severity, message, hint, service, file, range, details }) => ({
    code,
    severity,
    message,
    hint: hint ?? null,
    service: service ?? null,
    file: file ?? null,
    line: range?.line ?? null,
    column: range?.column ?? null,
    endLine: range?.endLine ?? null,
    endColumn: range?.endColumn ?? null,
    help: helpOf(result, code) ?? null,
    ...(details !== undefined && { details }),
  }));
  const summary = { ...countBySeverity(result.diagnostics), services: result.services };
  return `${JSON.stringify({ diagnostics, summary }, null, 2)}\n`;
}
