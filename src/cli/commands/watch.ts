import { Command, Option } from 'clipanion';
import { LiveCommand } from '../live-command.js';

/** `watch [SERVICE…]`: pushes edits into a project that is running already. */
export class WatchCommand extends LiveCommand {
  static override paths = [['watch']];
  static override usage = Command.Usage({
    description: 'Push edits into a project that is running already',
    details:
      'Pushes what was edited since the images of the running containers were built, then follows the files as up does. ' +
      'No service is built or started, and Ctrl-C leaves the containers running. A service with directives has to run ' +
      'its live image: start it with up --keep.',
  });
  static synopsis = '[SERVICE...]';

  services = Option.Rest();

  async execute(): Promise<number> {
    const options = { ...(await this.projectOptions()), ...this.pushOptions(), services: this.services };
    const { tmpdir, homedir } = this.context;
    const env = this.environment();
    return this.show(async (session) => {
      const { watchProject } = await import('../../run-project.js');
      await watchProject(options, { ...session, env, tmpdir, homedir });
    });
  }
}
