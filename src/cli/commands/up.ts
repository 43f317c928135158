import { Command, Option } from 'clipanion';
import { LivepushError, messageOf } from '../../errors.js';
import type { LivepushEvent } from '../../events.js';
import type { RunOptions } from '../../run-project.js';
import { chooseRenderer } from '../../ui/choose-renderer.js';
import { BaseCommand } from '../base-command.js';
import { exitCodes } from '../exit-codes.js';

/** `up [SERVICE…]`: brings the project up in live mode and pushes edits until it is stopped. */
export class UpCommand extends BaseCommand {
  static override paths = [['up']];
  static override usage = Command.Usage({
    description: 'Create and start containers in live mode, and push edits into them',
    details:
      'Builds the images in live mode, starts the services as compose does, and follows the files of their build ' +
      'contexts: an edit goes into the containers of the services that it concerns. Ctrl-C stops the containers.',
  });
  static synopsis = '[SERVICE...]';

  services = Option.Rest();
  live = Option.Array('-s,--service', [], {
    description: '`name` Push edits to this service only; the others just run',
  });
  noBuild = Option.Boolean('--no-build', false, { description: 'Use the images as they are' });
  noRestart = Option.Boolean('--no-restart', false, { description: "Don't restart containers after a push" });
  noLogs = Option.Boolean('--no-logs', false, { description: "Don't show the services' logs" });
  keep = Option.Boolean('--keep', false, { description: 'Leave the containers running at the end' });
  debounce = Option.String('--debounce', '15', {
    description: '`ms` Push when no file has changed for this long (default 15)',
  });
  dryRun = Option.Boolean('--dry-run', false, { description: 'Print what pushes would do, and push nothing' });

  async execute(): Promise<number> {
    const [progress, options, env] = [this.progressMode(), await this.#runOptions(), this.environment()];
    const { stdout, stderr, now, tmpdir, homedir } = this.context;
    const renderer = chooseRenderer({ progress, stdout, stderr, env, now });
    try {
      return await this.context.interruptible(async (signal) => {
        if (stderr.isTTY && progress !== 'quiet') signal.addEventListener('abort', () => stderr.write(stopNotice));
        const runProject = await this.context.loadRunProject();
        await runProject(options, { env, sink: (event) => renderer.onEvent(event), signal, tmpdir, homedir });
        return signal.aborted ? exitCodes.interrupted : exitCodes.done;
      });
    } catch (error) {
      if (progress === 'json') renderer.onEvent(errorEvent(error));
      throw error;
    } finally {
      await renderer.close();
    }
  }

  async #runOptions(): Promise<RunOptions> {
    return {
      ...(await this.projectOptions()),
      services: this.services,
      live: this.live,
      build: !this.noBuild,
      restart: !this.noRestart,
      logs: !this.noLogs,
      keep: this.keep,
      dryRun: this.dryRun,
      debounceMs: parseMilliseconds(this.debounce),
    };
  }
}

/** What ended the session, for readers of the JSON. */
function errorEvent(error: unknown): LivepushEvent {
  const { code, hint } = error instanceof LivepushError ? error : { code: 'internal', hint: undefined };
  return {
    type: 'diagnostic',
    severity: 'error',
    code,
    message: messageOf(error),
    ...(hint !== undefined && { hint }),
  };
}

const stopNotice = '\nStopping... (press Ctrl-C again to end at once)\n';

function parseMilliseconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new LivepushError('usage', `--debounce needs a whole number of milliseconds, not ${text}.`);
}
