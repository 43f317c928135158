import { chooseRenderer, type ProgressStyle } from '../ui/choose-renderer.js';
import type { RendererOptions } from '../ui/renderer.js';
import type { CliContext } from './context.js';
import type { Display } from './display.js';

/** What a display is opened for. */
export interface DisplayOptions {
  readonly style: ProgressStyle;
  readonly env: NodeJS.ProcessEnv;
  /** Tell where the time of each push went. */
  readonly verbose: boolean;
  /** The user wants to end the session. */
  readonly onQuit: () => void;
}

/** Opens the display of a style; that of a terminal is loaded only then. */
export async function openDisplay(context: CliContext, options: DisplayOptions): Promise<Display> {
  const { style, env, verbose } = options;
  const { stdout, stderr, now } = context;
  const surroundings: RendererOptions = { stdout, stderr, env, now, verbose };
  if (style !== 'tty') return writingDisplay(surroundings, style);
  const { TerminalDisplay } = await import('./terminal-display.js');
  return new TerminalDisplay(context, surroundings, options.onQuit);
}

function writingDisplay(surroundings: RendererOptions, style: Exclude<ProgressStyle, 'tty'>): Display {
  const renderer = chooseRenderer({ ...surroundings, style });
  const { stderr } = surroundings;
  return {
    onEvent: (event) => renderer.onEvent(event),
    offer: () => undefined,
    stopping: () => {
      if (stderr.isTTY && style !== 'quiet') stderr.write(stopNotice);
    },
    close: () => renderer.close(),
  };
}

const stopNotice = '\nStopping... (press Ctrl-C again to end at once)\n';
