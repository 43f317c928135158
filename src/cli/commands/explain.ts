import { Command, Option } from 'clipanion';
import { InspectCommand } from '../inspect-command.js';

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

  changed = Option.Rest({ required: 1 });
  live = Option.Array('-s,--service', [], { description: '`name` Explain for this service only' });

  async execute(): Promise<number> {
    const options = { ...(await this.projectOptions()), paths: this.changed, live: this.live };
    const [{ explainPaths }, { formatExplanation }] = await Promise.all([
      import('../../inspect/explain-paths.js'),
      import('../../inspect/format-explanation.js'),
    ]);
    const explained = await this.inspect((context) => explainPaths(options, context));
    this.print(formatExplanation(explained));
    return this.report(explained.diagnostics);
  }
}
