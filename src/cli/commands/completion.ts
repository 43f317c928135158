import { readFile } from 'node:fs/promises';
import { Command, Option } from 'clipanion';
import { LivepushError } from '../../errors.js';
import { BaseCommand } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';
import { packageFile } from '../package-info.js';

const scripts: Readonly<Record<string, string>> = {
  bash: 'docker-livepush.bash',
  zsh: '_docker-livepush',
  fish: 'docker-livepush.fish',
};
const shells = Object.keys(scripts);

/** `completion SHELL`: the script that has a shell complete `docker-livepush`. */
export class CompletionCommand extends BaseCommand {
  static override paths = [['completion']];
  static override usage = Command.Usage({
    description: 'Print the script for completion of docker-livepush in a shell',
    details:
      'bash: source <(docker-livepush completion bash). zsh: the same with zsh, after compinit. fish: docker-livepush ' +
      "completion fish | source. Behind docker livepush, the Docker CLI's own completion does it (docker completion).",
  });
  static synopsis = shells.join('|');
  static override args = shells;

  shell = Option.String();

  async execute(): Promise<number> {
    const script = scripts[this.shell];
    if (script === undefined) {
      throw new LivepushError('usage', `There is no script for ${this.shell}.`, {
        hint: `Use one of ${shells.join(', ')}.`,
      });
    }
    this.context.stdout.write(await readFile(packageFile(`completions/${script}`)));
    return exitCodes.done;
  }
}
