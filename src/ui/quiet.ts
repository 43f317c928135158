import type { LivepushEvent } from '../events.js';
import { cleanLine } from './clean-line.js';
import { CommandOutput } from './command-output.js';
import { describe } from './describe.js';
import { createOutput } from './output.js';
import { OutputTail } from './output-tail.js';
import { Prefix } from './prefix.js';
import { Recollection } from './recollection.js';
import type { Renderer, RendererOptions } from './renderer.js';

/** Nothing but what went wrong, on stderr; a failed build or command comes with the end of its output. */
export function createQuietRenderer({ stderr }: Pick<RendererOptions, 'stderr'>): Renderer {
  const output = createOutput(stderr);
  const [commands, recollection, tail] = [new CommandOutput(), new Recollection(), new OutputTail()];
  const prefix = new Prefix({ colour: false });

  function show(event: LivepushEvent): void {
    const recalled = recollection.recall(event);
    const before = tail.before(event);
    if (!isTrouble(event)) return;
    for (const shown of [...before, event]) {
      const start = shown.type === 'diagnostic' ? '' : prefix.of(shown);
      for (const line of describe(shown, recalled)?.split('\n') ?? []) {
        void output.write(`${start}${cleanLine(line, { colour: false })}`.trimEnd().concat('\n'));
      }
    }
  }

  return {
    onEvent(event) {
      for (const whole of commands.whole(event)) show(whole);
      return undefined;
    },
    close: () => output.flush(),
  };
}

function isTrouble(event: LivepushEvent): boolean {
  switch (event.type) {
    case 'buildEnd':
    case 'rebuildEnd':
      return !event.ok && event.cancelled !== true;
    case 'commandReturn':
      return event.returnCode !== 0;
    case 'livepushEnd':
      return event.outcome === 'failed';
    case 'containerLost':
    case 'processExit':
      return true;
    case 'diagnostic':
      return event.severity === 'error';
    default:
      return false;
  }
}
