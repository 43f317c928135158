import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'clipanion';
import { LivepushError, messageOf } from '../../errors.js';
import type { CheckResult } from '../../ui/check/check-report.js';
import type { Values } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';
import { readPackageInfo } from '../package-info.js';
import { ProjectCommand } from '../project-command.js';

const formats = ['pretty', 'json', 'github', 'sarif'] as const;
type Format = (typeof formats)[number];

/** `check [SERVICE…]`: looks for what keeps live mode from working. */
export class CheckCommand extends ProjectCommand {
  static override paths = [['check']];
  static override usage = Command.Usage({
    description: 'Check the directives, Dockerfiles and compose files of a project',
    details:
      'Reads the compose files and Dockerfiles and says what would not work, or may surprise, in live mode. It needs no ' +
      'engine. Exits with 1 if there is an error.',
  });
  static synopsis = '[SERVICE...]';
  static override optionValues: Readonly<Record<string, Values>> = { '--format': formats, '--output': 'files' };

  services = Option.Rest();
  format = Option.String('--format', 'pretty', { description: `\`format\` ${formats.join(', ')} (default pretty)` });
  output = Option.String('-o,--output', { description: '`file` Write the report to a file' });
  strict = Option.Boolean('--strict', false, { description: 'Exit with 1 for warnings too' });
  listRules = Option.Boolean('--list-rules', false, { description: 'Print the rules, and check nothing' });

  async execute(): Promise<number> {
    const format = this.#format();
    const { rules } = await import('../../check/rules.js');
    if (this.listRules) return this.#printRules(rules);
    const [options, env] = [await this.projectOptions(), this.environment()];
    const [{ openCompose }, { checkProject }] = await Promise.all([
      import('../../session/open-compose.js'),
      import('../../check-project/check-project.js'),
    ]);
    const report = await checkProject(openCompose(options, env), this.services);
    const result = { ...report, rules };
    await this.#write(await this.#textOf(result, format));
    const fatal = this.strict ? ['error', 'warning'] : ['error'];
    return result.diagnostics.some(({ severity }) => fatal.includes(severity)) ? exitCodes.failed : exitCodes.done;
  }

  /** Throws `usage`. */
  #format(): Format {
    const found = formats.find((format) => format === this.format);
    if (found !== undefined) return found;
    throw new LivepushError('usage', `There is no --format ${this.format}.`, {
      hint: `Use one of ${formats.join(', ')}.`,
    });
  }

  #printRules(rules: CheckResult['rules']): number {
    const width = Math.max(...rules.map(({ id }) => id.length));
    const lines = rules.map(({ id, severity, summary }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}\n`);
    this.context.stdout.write(lines.join(''));
    return exitCodes.done;
  }

  async #textOf(result: CheckResult, format: Format): Promise<string> {
    const { version, homepage } = readPackageInfo();
    switch (format) {
      case 'pretty': {
        const [{ prettyReport }, { wantsColour }] = await Promise.all([
          import('../../ui/check/pretty-report.js'),
          import('../../ui/colour.js'),
        ]);
        const colour = this.output === undefined && wantsColour(this.context.stdout, this.context.env);
        return prettyReport(result, { colour });
      }
      case 'json':
        return (await import('../../ui/check/json-report.js')).jsonReport(result);
      case 'github':
        return (await import('../../ui/check/github-report.js')).githubReport(result);
      case 'sarif':
        return (await import('../../ui/check/sarif-report.js')).sarifReport(result, { version, homepage });
    }
  }

  async #write(text: string): Promise<void> {
    if (this.output === undefined || this.output === '-') {
      const { createOutput } = await import('../../ui/output.js');
      const output = createOutput(this.context.stdout);
      void output.write(text);
      await output.flush();
      return;
    }
    const file = resolve(this.context.cwd, this.output);
    await writeFile(file, text).catch((cause: unknown) => {
      throw new LivepushError('usage', `The report cannot be written to ${this.output}: ${messageOf(cause)}`, {
        cause,
      });
    });
  }
}
