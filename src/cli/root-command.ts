import { Command, Option } from 'clipanion';
import { LivepushError } from '../errors.js';
import { exitCodes } from './exit-codes.js';
import { readPackageInfo } from './package-info.js';
import { SessionCommand } from './session-command.js';

/** What runs when no command was named. */
export class RootCommand extends SessionCommand {
  static override paths = [Command.Default];
  static override usage = Command.Usage({ description: 'Push edits into running Compose containers' });
  static synopsis = 'COMMAND';

  words = Option.Rest();
  version = Option.Boolean('-v,--version', false, { description: 'Print the version' });

  async execute(): Promise<number> {
    if (!this.version) throw new LivepushError('usage', 'No command was given.');
    this.context.stdout.write(`docker-livepush version ${readPackageInfo().version}\n`);
    return exitCodes.done;
  }
}
