import { Option } from 'clipanion';
import { LivepushError, messageOf } from '../errors.js';
import type { EventSink, LivepushEvent } from '../events.js';
import type { RunContext } from '../run-project.js';
import { isProgressMode, type ProgressMode, progressModes } from '../ui/renderer.js';
import { exitCodes } from './exit-codes.js';
import { Interruption } from './interrupt.js';
import { ProjectCommand } from './project-command.js';

/** What a session gets from those who show it. */
export type Shown = Required<Pick<RunContext, 'sink' | 'signal' | 'onControl'>>;

/** A command whose events are shown while it runs, and that Ctrl-C ends. */
export abstract class SessionCommand extends ProjectCommand {
  progress = Option.String('--progress', 'auto', {
    description: `\`type\` Type of output (${progressModes.join(', ')}; default auto)`,
  });

  /** Runs to its end, or until it is interrupted, with its events shown as `--progress` says. Throws what `run` throws. */
  protected async show(run: (session: Shown) => Promise<void>): Promise<number> {
    const env = this.environment();
    const mode = this.#progressMode();
    // Loaded only now: help and plain mistakes show no events.
    const [{ styleOf }, { openDisplay }] = await Promise.all([
      import('../ui/choose-renderer.js'),
      import('./open-display.js'),
    ]);
    const style = styleOf(mode, { stdout: this.context.stdout, env });
    const stop = new AbortController();
    const onQuit = (): void => stop.abort(new Interruption('quit'));
    const display = await openDisplay(this.context, { style, env, verbose: this.isVerbose(), onQuit });
    const ends: LivepushEvent[] = [];
    const sink: EventSink = (event) => (event.type === 'stopped' ? void ends.push(event) : display.onEvent(event));
    try {
      return await this.context.interruptible(async (interrupted) => {
        const onInterrupt = (): void => {
          display.stopping();
          stop.abort(interrupted.reason);
        };
        if (interrupted.aborted) onInterrupt();
        interrupted.addEventListener('abort', onInterrupt);
        await run({ sink, signal: stop.signal, onControl: (control) => display.offer(control) });
        return interrupted.aborted ? exitCodes.interrupted : exitCodes.done;
      });
    } catch (error) {
      if (style === 'json') void sink(errorEvent(error));
      throw error;
    } finally {
      // the last event, also where an error is told after the session
      for (const end of ends) display.onEvent(end);
      await display.close();
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
