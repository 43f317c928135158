import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'clipanion';
import { exitCodes } from '../exit-codes.js';
import { LinkCommand } from '../link-command.js';
import { linkPlugin } from '../plugin-link.js';

/** `install`: has the Docker CLI know the program as `docker livepush`. */
export class InstallCommand extends LinkCommand {
  static override paths = [['install']];
  static override usage = Command.Usage({
    description: 'Make the program known to the Docker CLI, as docker livepush',
    details:
      'Puts a link to the program into the folder for plugins of the Docker CLI, and replaces nothing else there.',
  });

  async execute(): Promise<number> {
    const main = await realpath(fileURLToPath(new URL('../main.js', import.meta.url)));
    const { path, wasThere } = await linkPlugin(this.folder(), main);
    this.context.stdout.write(
      `${path} ${wasThere ? 'already leads' : 'leads'} to ${main}\nTry: docker livepush --help\n`,
    );
    if (main.includes(`${sep}_npx${sep}`)) {
      this.context.stderr.write(
        'warning: npx keeps this copy in a cache that it may clear.\nhint: Install it to stay: npm install --global docker-livepush\n',
      );
    }
    return exitCodes.done;
  }
}
