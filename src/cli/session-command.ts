import { Option } from 'clipanion';
import { LivepushError, messageOf } from '../errors.js';
import type { EventSink, LivepushEvent } from '../events.js';
import { chooseRenderer } from '../ui/choose-renderer.js';
import { isProgressMode, type ProgressMode, progressModes } from '../ui/renderer.js';
import { exitCodes } from './exit-codes.js';
import { ProjectCommand } from './project-command.js';

/** A command whose events are shown while it runs, and that Ctrl-C ends. */
export abstract class SessionCommand extends ProjectCommand {
  progress = Option.String('--progress', 'auto', {
    description: `\`type\` Type of output (${progressModes.join(', ')}; default auto)`,
  });

  /** Runs to its end, or until it is interrupted, with its events shown as `--progress` says. Throws what `run` throws. */
  protected async show(run: (sink: EventSink, signal: AbortSignal) => Promise<void>): Promise<number> {
    const [progress, env] = [this.#progressMode(), this.environment()];
    const { stdout, stderr, now } = this.context;
    const renderer = chooseRenderer({ progress, stdout, stderr, env, now });
    try {
      return await this.context.interruptible(async (signal) => {
        if (stderr.isTTY && progress !== 'quiet') signal.addEventListener('abort', () => stderr.write(stopNotice));
        await run((event) => renderer.onEvent(event), signal);
        return signal.aborted ? exitCodes.interrupted : exitCodes.done;
      });
    } catch (error) {
      if (progress === 'json') renderer.onEvent(errorEvent(error));
      throw error;
    } finally {
      await renderer.close();
    }
  }

  #progressMode(): ProgressMode {
    if (isProgressMode(this.progress)) return this.progress;
    throw new LivepushError('usage', `There is no --progress ${this.progress}.`, {
      hint: `Use one of ${progressModes.join(', ')}.`,
    });
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
