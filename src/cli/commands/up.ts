import { Command, Option } from 'clipanion';
import { LiveCommand } from '../live-command.js';

/** `up [SERVICE…]`: brings the project up in live mode and pushes edits until it is stopped. */
export class UpCommand extends LiveCommand {
  static override paths = [['up']];
  static override usage = Command.Usage({
    description: 'Create and start containers in live mode, and push edits into them',
    details:
      'Builds the images in live mode, starts the services as compose does, and follows the files of their build ' +
      'contexts: an edit goes into the containers of the services that it concerns. Ctrl-C stops the containers.',
  });
  static synopsis = '[SERVICE...]';

  services = Option.Rest();
  noBuild = Option.Boolean('--no-build', false, { description: 'Use the images as they are' });
  noBuildCache = Option.Boolean('--no-build-cache', false, {
    description: 'Replay long steps even where the build cache holds what they make',
  });
  keep = Option.Boolean('--keep', false, { description: 'Leave the containers running at the end' });

  async execute(): Promise<number> {
    const { services, keep } = this;
    const project = await this.projectOptions();
    const build = { build: !this.noBuild, buildCache: !this.noBuildCache };
    const options = { ...project, ...this.pushOptions(), ...build, services, keep };
    const { tmpdir, homedir } = this.context;
    const env = this.environment();
    return this.show(async (session) => {
      const runProject = await this.context.loadRunProject();
      await runProject(options, { ...session, env, tmpdir, homedir });
    });
  }
}
