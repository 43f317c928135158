import { Command, Option } from 'clipanion';
import type { Values } from '../base-command.js';
import { chosenFormat } from '../chosen-format.js';
import { InspectCommand } from '../inspect-command.js';

const formats = ['table', 'json'] as const;

/** `ps [SERVICE…]`: what the services are made of, and how they stand. */
export class PsCommand extends InspectCommand {
  static override paths = [['ps']];
  static override usage = Command.Usage({
    description: 'List services with their contexts, stages, containers and state',
    details: 'Works whether or not a session is running. A service that a session pushes to is in the state live.',
  });
  static synopsis = '[SERVICE...]';
  static override optionValues: Readonly<Record<string, Values>> = { '--format': formats };

  services = Option.Rest();
  format = Option.String('--format', 'table', { description: `\`format\` ${formats.join(' or ')} (default table)` });
  noTrunc = Option.Boolean('--no-trunc', false, { description: "Don't cut cells to fit the screen" });

  async execute(): Promise<number> {
    const format = chosenFormat(this.format, formats);
    const options = { ...(await this.projectOptions()), services: this.services };
    const { listServices } = await import('../../inspect/list-services.js');
    const { services, session, diagnostics } = await this.inspect((context) => listServices(options, context));
    if (format === 'json') {
      const held = session && { pid: session.pid, command: session.command, since: session.since };
      this.print(services.map(({ followed, ...service }) => toJson({ ...service, session: followed ? held : null })));
    } else {
      const [{ serviceRows }, { formatTable }] = await Promise.all([
        import('../../inspect/service-rows.js'),
        import('../../ui/table.js'),
      ]);
      this.print(formatTable(serviceRows(services), this.noTrunc ? Number.POSITIVE_INFINITY : this.#width()));
    }
    return this.report(diagnostics);
  }

  /** Of the screen, and at most what a table is readable at where there is none. */
  #width(): number {
    return this.context.stdout.columns ?? 100;
  }
}

/** Readers of the JSON find every key. */
const toJson = (value: object): string => JSON.stringify(value, (_key, each) => (each === undefined ? null : each));
