import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'clipanion';
import type { TrialOptions } from '../../check-project/run-check.js';
import { LivepushError, messageOf } from '../../errors.js';
import type { LivepushEvent } from '../../events.js';
import type { ProjectOptions } from '../../session/open-compose.js';
import type { CheckResult } from '../../ui/check/check-report.js';
import type { Values } from '../base-command.js';
import { chosenFormat } from '../chosen-format.js';
import { exitCodes } from '../exit-codes.js';
import { packageFile, readPackageInfo } from '../package-info.js';
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
  build = Option.Boolean('--build', false, { description: 'Build all live images too' });
  run = Option.Boolean('--run', false, {
    description: 'Build and start the project under another name, try a push, and remove it again',
  });
  timeout = Option.String('--timeout', '300', {
    description: '`seconds` Time limit of --build and --run (default 300)',
  });
  listRules = Option.Boolean('--list-rules', false, { description: 'Print the rules, and check nothing' });

  explain = Option.String('--explain', { description: '`code` Print the page about a code, and check nothing' });

  async execute(): Promise<number> {
    const format = chosenFormat(this.format, formats);
    if (this.listRules) return this.#printRules(await loadRules());
    if (this.explain !== undefined) return this.#printPage(this.explain, await loadRules());
    const timeoutMs = parseSeconds(this.timeout) * 1000;
    const options = await this.projectOptions();
    const result = await this.interruptible((signal) => this.#check(options, signal));
    const isBroken = result.diagnostics.some(({ severity }) => severity === 'error');
    if (isBroken || !(this.build || this.run)) return this.#finish(result, format);
    const tried = await this.#try({ ...options, services: this.services, run: this.run, timeoutMs }, result, format);
    return tried === undefined ? exitCodes.interrupted : this.#finish(tried, format);
  }

  async #check(options: ProjectOptions, signal: AbortSignal): Promise<CheckResult> {
    const [{ openCompose }, { loadChecked }] = await Promise.all([
      import('../../session/open-compose.js'),
      import('../../check-project/load-checked.js'),
    ]);
    const cli = openCompose(options, this.environment(), signal);
    // The rules are loaded while compose reads the project.
    const [checked, { checkProject }, rules] = await Promise.all([
      loadChecked(cli, this.services),
      import('../../check-project/check-project.js'),
      loadRules(),
    ]);
    return { ...checkProject(checked, options.cwd), rules, program: this.context.program };
  }

  /** What is found besides when the project is built and run; undefined after Ctrl-C. What was found so far is not lost. */
  async #try(options: TrialOptions, result: CheckResult, format: Format): Promise<CheckResult | undefined> {
    const [{ tryProject }, { chooseRenderer }] = await Promise.all([
      import('../../check-project/run-check.js'),
      import('../../ui/choose-renderer.js'),
    ]);
    const { stderr, now, tmpdir, homedir } = this.context;
    const env = this.environment();
    const isShown = this.verbose || stderr.isTTY === true;
    const renderer = isShown ? chooseRenderer({ style: 'plain', stdout: stderr, stderr, env, now }) : undefined;
    try {
      return await this.interruptible(async (signal) => {
        const context = { env, sink: (event: LivepushEvent) => renderer?.onEvent(event), signal, tmpdir, homedir };
        const found = await tryProject(options, context).catch((error: unknown) => {
          if (signal.aborted) return undefined;
          throw error;
        });
        return found && { ...result, diagnostics: [...result.diagnostics, ...found] };
      });
    } catch (error) {
      await this.#finish(result, format);
      throw error;
    } finally {
      await renderer?.close();
    }
  }

  async #finish(result: CheckResult, format: Format): Promise<number> {
    await this.#write(await this.#textOf(result, format));
    const fatal = this.strict ? ['error', 'warning'] : ['error'];
    return result.diagnostics.some(({ severity }) => fatal.includes(severity)) ? exitCodes.failed : exitCodes.done;
  }

  #printRules(rules: CheckResult['rules']): number {
    const width = Math.max(...rules.map(({ id }) => id.length));
    const lines = rules.map(({ id, severity, summary }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}\n`);
    this.context.stdout.write(lines.join(''));
    return exitCodes.done;
  }

  /** Throws `usage` for a code that has no page. */
  async #printPage(code: string, rules: CheckResult['rules']): Promise<number> {
    if (!rules.some(({ id }) => id === code)) {
      const hint = `${this.context.program} check --list-rules prints those there are.`;
      throw new LivepushError('usage', `There is no code ${code}.`, { hint });
    }
    this.context.stdout.write(await readFile(packageFile(`docs/rules/${code}.md`), 'utf8'));
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

function parseSeconds(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new LivepushError('usage', `--timeout needs a whole number of seconds, not ${text}.`);
}

/** The rules, and what a trial may report besides. */
async function loadRules(): Promise<CheckResult['rules']> {
  const [{ rules }, { trialFindings }] = await Promise.all([
    import('../../check/rules.js'),
    import('../../check-project/trial-findings.js'),
  ]);
  return [...rules, ...trialFindings];
}
