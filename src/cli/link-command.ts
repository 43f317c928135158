import { Option } from 'clipanion';
import { LivepushError } from '../errors.js';
import { BaseCommand } from './base-command.js';
import { systemPluginFolder, userPluginFolder } from './plugin-link.js';

/** A command about the link by which the Docker CLI finds the plugin. */
export abstract class LinkCommand extends BaseCommand {
  static synopsis = '';

  system = Option.Boolean('--system', false, { description: `Use the folder of all users (${systemPluginFolder})` });

  /** The plugin folder that is meant. Throws `usage` where the Docker CLI takes no links. */
  protected folder(): string {
    if (process.platform === 'win32') {
      throw new LivepushError('usage', 'On Windows the Docker CLI runs only .exe files as plugins.', {
        hint: 'Call the program as docker-livepush.',
      });
    }
    return this.system ? systemPluginFolder : userPluginFolder(this.environment(), this.context.homedir);
  }
}
