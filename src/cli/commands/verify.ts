import { Command, Option } from 'clipanion';
import type { EventSink } from '../../events.js';
import type { Values } from '../base-command.js';
import { chosenFormat } from '../chosen-format.js';
import { exitCodes } from '../exit-codes.js';
import { InspectCommand } from '../inspect-command.js';

/** Lines of a failed build that are told. */
const TOLD = 40;

const formats = ['pretty', 'json'] as const;

/** `verify [SERVICE…]`: whether the containers are what a clean build gives. */
export class VerifyCommand extends InspectCommand {
  static override paths = [['verify']];
  static override usage = Command.Usage({
    description: 'Compare the containers with a clean build of the services',
    details:
      'Builds each service under a name that is thrown away, and compares kinds, modes, owners, links and contents with its ' +
      'containers. What the running service has written, and what mounts hide, is listed and left out. A session may go on ' +
      'beside it. Ends with 1 when a path differs that pushes should have seen to.',
  });
  static synopsis = '[SERVICE...]';
  static override optionValues: Readonly<Record<string, Values>> = { '--format': formats };

  services = Option.Rest();
  chosen = Option.Array('-s,--service', [], { description: '`name` Service to compare (default: all that are built)' });
  format = Option.String('--format', 'pretty', { description: `\`format\` ${formats.join(' or ')} (default pretty)` });

  async execute(): Promise<number> {
    const format = chosenFormat(this.format, formats);
    const options = { ...(await this.projectOptions()), services: [...this.services, ...this.chosen] };
    const { verifyProject } = await import('../../verify/verify-project.js');
    const { tmpdir } = this.context;
    const { ok, services, diagnostics } = await this.inspect((context) =>
      verifyProject(options, { ...context, tmpdir, sink: this.#sink }),
    );
    if (format === 'json') this.print([JSON.stringify({ ok, services })]);
    else this.print((await import('../../ui/verify-report.js')).verifyReport({ ok, services }));
    const reported = this.report(diagnostics);
    return ok ? reported : exitCodes.failed;
  }

  /** The output of a build that fails is told; one that succeeds is no news. */
  readonly #lines: string[] = [];

  readonly #sink: EventSink = (event) => {
    if (event.type === 'buildOutput') this.#lines.push(event.line);
    if (event.type === 'buildEnd' && !event.ok)
      this.context.stderr.write(this.#lines.splice(0).slice(-TOLD).join('\n'));
    return undefined;
  };
}
