import type { LivepushEvent } from '../../../src/events.js';
import { ShownDisplay } from './shown-display.js';

/** What happens in front of a terminal. */
export interface Story {
  readonly columns?: number;
  readonly rows?: number;
  readonly steps: readonly Step[];
}

type Step =
  | LivepushEvent
  /** All of these are built and attached; one that has a colon is followed by its live command. */
  | { readonly live: readonly string[] }
  /** Keys, one after the other. */
  | { readonly press: readonly string[] }
  | { readonly wait: number }
  | { readonly resize: readonly [columns: number, rows: number] }
  | { readonly stopping: true };

/** Plays a story on a display; keys are on. */
export async function playStory({ columns = 80, rows = 24, steps }: Story): Promise<ShownDisplay> {
  const shown = new ShownDisplay({ columns, rows });
  shown.display.offerKeys();
  for (const step of steps) await play(shown, step);
  await shown.advance(100);
  return shown;
}

async function play(shown: ShownDisplay, step: Step): Promise<void> {
  if ('type' in step) await shown.play(step);
  else if ('live' in step) await shown.play(...step.live.flatMap(attached));
  else if ('press' in step) await shown.press(...step.press);
  else if ('wait' in step) await shown.advance(step.wait);
  else if ('resize' in step) shown.terminal.resize(...step.resize);
  else shown.display.stopping();
}

function attached(text: string): LivepushEvent[] {
  const [service = '', liveCommand = null] = text.split(':');
  return [
    { type: 'buildStart', service },
    { type: 'buildEnd', service, ok: true, durationMs: 1 },
    { type: 'attached', service, containerIds: ['0123456789abcdef'], stages: ['0'], liveCommand },
  ];
}
