import { Command, Option } from 'clipanion';
import type { ProjectExplanation } from '../../inspect/explanation.js';
import type { Values } from '../base-command.js';
import { chosenFormat } from '../chosen-format.js';
import { InspectCommand } from '../inspect-command.js';

const formats = ['text', 'json'] as const;

/** `explain PATH…`: what a push of these paths would do, and why. */
export class ExplainCommand extends InspectCommand {
  static override paths = [['explain']];
  static override usage = Command.Usage({
    description: 'Show what a change of files would do, and why',
    details:
      'For each service: which step of its Dockerfile a path makes stale, what would be copied, removed and run, and ' +
      'whether the main process restarts; or why nothing happens. A path that is not there counts as deleted, a ' +
      'directory stands for all in it. Nothing is changed, and nothing has to run.',
  });
  static synopsis = 'PATH...';
  static override optionValues: Readonly<Record<string, Values>> = { '--format': formats };

  changed = Option.Rest({ required: 1 });
  live = Option.Array('-s,--service', [], { description: '`name` Explain for this service only' });
  format = Option.String('--format', 'text', { description: `\`format\` ${formats.join(' or ')} (default text)` });

  async execute(): Promise<number> {
    const format = chosenFormat(this.format, formats);
    const options = { ...(await this.projectOptions()), paths: this.changed, live: this.live };
    const { explainPaths } = await import('../../inspect/explain-paths.js');
    const explained = await this.inspect((context) => explainPaths(options, context));
    this.print(await linesOf(explained, format));
    return this.report(explained.diagnostics);
  }
}

async function linesOf(explained: ProjectExplanation, format: (typeof formats)[number]): Promise<string[]> {
  switch (format) {
    case 'text':
      return (await import('../../inspect/format-explanation.js')).formatExplanation(explained);
    case 'json':
      return [(await import('../../inspect/json-explanation.js')).jsonExplanation(explained)];
  }
}
