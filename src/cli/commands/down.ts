import { Command, Option } from 'clipanion';
import { LivepushError } from '../../errors.js';
import { exitCodes } from '../exit-codes.js';
import { ProjectCommand } from '../project-command.js';

/** `down`: removes what sessions made, and the project. */
export class DownCommand extends ProjectCommand {
  static override paths = [['down']];
  static override usage = Command.Usage({
    description: 'Stop and remove the project, with all that sessions made of it',
    details:
      'Removes the helper containers and images and the live images of the project, then its containers and networks as ' +
      'docker compose down does.',
  });

  static synopsis = '';

  removeOrphans = Option.Boolean('--remove-orphans', false, {
    description: 'Remove containers for services not defined in the Compose file',
  });
  timeout = Option.String('-t,--timeout', { description: '`seconds` Shutdown timeout' });
  volumes = Option.Boolean('-v,--volumes', false, { description: 'Remove the named volumes, and anonymous ones' });

  async execute(): Promise<number> {
    const { removeOrphans, volumes } = this;
    const timeout = this.timeout === undefined ? undefined : secondsOf(this.timeout);
    const options = { ...(await this.projectOptions()), removeOrphans, volumes };
    const { tmpdir, homedir, stderr } = this.context;
    const env = this.environment();
    const { takeDown } = await import('../../session/take-down.js');
    return this.interruptible(async (signal) => {
      const onLine = (line: string) => stderr.write(`${line}\n`);
      await takeDown(
        { ...options, ...(timeout !== undefined && { timeout }) },
        { env, tmpdir, homedir, signal, onLine },
      );
      return exitCodes.done;
    });
  }
}

function secondsOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new LivepushError('usage', `--timeout needs a whole number of seconds, not ${text}.`);
}
