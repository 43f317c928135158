import { Option } from 'clipanion';
import { RESTART_SETTINGS, type RestartSetting, readRestartSetting } from '../compose/restart-setting.js';
import { LivepushError } from '../errors.js';
import { SessionCommand } from './session-command.js';

/** A command that follows files and pushes edits. */
export abstract class LiveCommand extends SessionCommand {
  live = Option.Array('-s,--service', [], {
    description: '`name` Push edits to this service only; the others just run',
  });
  noRestart = Option.Boolean('--no-restart', false, { description: "Don't restart containers after a push" });
  restartBy = Option.String('--restart', {
    description: `\`method\` Restart by ${RESTART_SETTINGS} (default: as the compose file says, else process)`,
  });
  noLogs = Option.Boolean('--no-logs', false, { description: "Don't show the services' logs" });
  debounce = Option.String('--debounce', '15', {
    description: '`ms` Push when no file has changed for this long (default 15)',
  });
  poll = Option.Boolean('--poll', false, { description: 'Look for changes again and again, and watch nothing' });
  dryRun = Option.Boolean('--dry-run', false, { description: 'Print what pushes would do, and push nothing' });

  /** How to push. Throws `usage`. */
  protected pushOptions(): PushOptions {
    const { live, noRestart, noLogs, poll, dryRun } = this;
    const restartBy = parseRestart(this.restartBy);
    return {
      ...(restartBy && { restartBy }),
      live,
      restart: !noRestart,
      logs: !noLogs,
      poll,
      dryRun,
      debounceMs: parseMilliseconds(this.debounce),
    };
  }
}

/** What the options of a `LiveCommand` say. */
export interface PushOptions {
  readonly live: readonly string[];
  readonly restart: boolean;
  readonly restartBy?: RestartSetting;
  readonly logs: boolean;
  readonly dryRun: boolean;
  readonly debounceMs: number;
  readonly poll: boolean;
}

function parseRestart(text: string | undefined): RestartSetting | undefined {
  if (text === undefined) return undefined;
  const setting = readRestartSetting(text);
  if (setting) return setting;
  throw new LivepushError('usage', `There is no --restart ${text}.`, { hint: `Use ${RESTART_SETTINGS}.` });
}

function parseMilliseconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new LivepushError('usage', `--debounce needs a whole number of milliseconds, not ${text}.`);
}
