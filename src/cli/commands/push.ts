import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Command, Option } from 'clipanion';
import { exitCodes } from '../exit-codes.js';
import { SessionCommand } from '../session-command.js';

/** `push [PATH…]`: one push, then the end. */
export class PushCommand extends SessionCommand {
  static override paths = [['push']];
  static override usage = Command.Usage({
    description: 'Push once what was edited, and end',
    details:
      'Compares the build contexts with the running containers, and pushes what was edited since their images were ' +
      'built: all of it, or only what the given paths hold. Where nothing differs, nothing is pushed. Ends with 1 when a ' +
      'push failed.',
  });
  static synopsis = '[PATH...]';

  changed = Option.Rest();
  live = Option.Array('-s,--service', [], { description: '`name` Push to this service only' });
  noRestart = Option.Boolean('--no-restart', false, { description: "Don't restart containers after the push" });
  dryRun = Option.Boolean('--dry-run', false, { description: 'Print what the push would do, and push nothing' });

  async execute(): Promise<number> {
    const { live, dryRun, noRestart } = this;
    const { tmpdir, homedir, cwd } = this.context;
    const paths = await Promise.all(this.changed.map((path) => realPathOf(resolve(cwd, path))));
    const project = await this.projectOptions();
    const options = { ...project, paths, services: [], live, dryRun, restart: !noRestart };
    const env = this.environment();
    let failed: readonly string[] = [];
    const code = await this.show(async (session) => {
      const { pushProject } = await import('../../run-project.js');
      failed = await pushProject(options, { ...session, env, tmpdir, homedir });
    });
    return code === exitCodes.done && failed.length > 0 ? exitCodes.failed : code;
  }
}

/** The path with the links of its folders resolved; what is gone has to be named all the same. */
async function realPathOf(path: string): Promise<string> {
  const folder = dirname(path);
  if (folder === path) return path;
  return realpath(folder).then(
    (real) => join(real, basename(path)),
    async () => join(await realPathOf(folder), basename(path)),
  );
}
