import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CheckReport, checkProject } from '../../src/check-project/check-project.js';
import { loadChecked } from '../../src/check-project/load-checked.js';
import { composeCli } from '../../src/compose/compose-cli.js';
import type { ComposeCli } from '../../src/compose/compose-requests.js';
import type { Diagnostic } from '../../src/diagnostics.js';

/**
 * The compose command in a folder, on a machine without one. Where the folder has a `config.yaml`, that is what compose
 * would make of the project, and `warnings.txt` what it would warn of.
 */
export function composeIn(folder: string): ComposeCli {
  const env = { PATH: '/nowhere' };
  const cli = composeCli({ cwd: resolve(folder), files: [], profiles: [], envFiles: [], dockerGlobalArgs: [], env });
  const read = (file: string): string | undefined =>
    existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, 'utf8') : undefined;
  const config = read('config.yaml');
  if (config === undefined) return cli;
  return {
    ...cli,
    version: async () => '2.26.0',
    config: async ({ onWarning } = {}) => {
      for (const line of read('warnings.txt')?.split('\n') ?? []) if (line !== '') onWarning?.(line);
      return config.replaceAll('$CONTEXT', resolve(folder));
    },
  };
}

/** What a check of a folder finds, without the note that there is no compose. */
export async function checkFolder(folder: string, services: readonly string[] = []): Promise<CheckReport> {
  const report = checkProject(await loadChecked(composeIn(folder), services), resolve(folder));
  const isMissingCompose = ({ code, file, service }: Diagnostic): boolean =>
    code === 'needs-compose' && file === undefined && service === undefined;
  return { ...report, diagnostics: report.diagnostics.filter((diagnostic) => !isMissingCompose(diagnostic)) };
}

/** Diagnostics as text, one a line. */
export function renderFindings(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(({ file, range, severity, code, service, message, hint }) => {
    const columns = range && `:${range.line}:${range.column}-${range.endLine}:${range.endColumn}`;
    const place = `${file ?? '-'}${columns ?? ''}`;
    return `${place} ${severity} ${code} [${service ?? '-'}] ${message}${hint === undefined ? '' : ` | ${hint}`}\n`;
  });
  return lines.join('');
}
