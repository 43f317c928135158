import { Command } from 'clipanion';
import { exitCodes } from '../exit-codes.js';
import { LinkCommand } from '../link-command.js';
import { unlinkPlugin } from '../plugin-link.js';

/** `uninstall`: takes back what `install` did. */
export class UninstallCommand extends LinkCommand {
  static override paths = [['uninstall']];
  static override usage = Command.Usage({
    description: 'Take docker livepush from the Docker CLI again',
    details: 'Removes the link that install has made, and nothing else. The program itself stays.',
  });

  async execute(): Promise<number> {
    const { path, wasThere } = await unlinkPlugin(this.folder());
    this.context.stdout.write(wasThere ? `removed ${path}\n` : `nothing to remove: there is no ${path}\n`);
    return exitCodes.done;
  }
}
