import type { Diagnostic } from '../diagnostics.js';
import type { InspectContext } from '../inspect/open-models.js';
import { reportDiagnostic } from '../ui/report.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { ProjectCommand } from './project-command.js';

/** A command that looks at a project, prints what it sees, and changes nothing. */
export abstract class InspectCommand extends ProjectCommand {
  /** Runs until it has an answer, or is interrupted. */
  protected inspect<T>(look: (context: InspectContext) => Promise<T>): Promise<T> {
    const env = this.environment();
    const { homedir } = this.context;
    return this.interruptible((signal) => look({ env, homedir, signal }));
  }

  protected print(lines: readonly string[]): void {
    this.context.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Tells on stderr what is wrong with the user's files. Gives the exit code that this comes to. */
  protected report(diagnostics: readonly Diagnostic[]): ExitCode {
    const told = diagnostics.filter(({ severity }) => severity !== 'note');
    for (const { range, ...diagnostic } of told) {
      const event = { type: 'diagnostic' as const, ...diagnostic, ...(range && { line: range.line }) };
      this.context.stderr.write(`${reportDiagnostic(event)}\n`);
    }
    return told.some(({ severity }) => severity === 'error') ? exitCodes.failed : exitCodes.done;
  }
}
