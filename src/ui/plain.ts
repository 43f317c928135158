import type { LivepushEvent } from '../events.js';
import { BuildLines } from './build-lines.js';
import { cleanLine } from './clean-line.js';
import { wantsColour } from './colour.js';
import { CommandOutput } from './command-output.js';
import { describe } from './describe.js';
import { createOutput } from './output.js';
import { describePhases } from './phases.js';
import { Prefix, timeOfDay } from './prefix.js';
import { Recollection } from './recollection.js';
import type { Renderer, RendererOptions } from './renderer.js';

/** Lines such as `14:02:07 web  | push 3: src/app.js` on stdout, diagnostics on stderr. */
export function createPlainRenderer({ stdout, stderr, env, now, verbose }: RendererOptions): Renderer {
  const [story, trouble] = [createOutput(stdout), createOutput(stderr)];
  const colour = wantsColour(stdout, env);
  const [commands, builds] = [new CommandOutput(), new BuildLines()];
  const [recollection, prefix] = [new Recollection(), new Prefix({ colour })];

  function show(event: LivepushEvent): Promise<void> | undefined {
    const described = describe(event, recollection.recall(event));
    if (described === undefined) return undefined;
    const text = verbose === true ? described + timesOf(event) : described;
    if (event.type === 'diagnostic') {
      let behind: Promise<void> | undefined;
      for (const line of text.split('\n')) behind = trouble.write(`${cleanLine(line, { colour: false })}\n`);
      return behind;
    }
    const start = `${timeOfDay(now())} ${prefix.of(event)}`;
    let behind: Promise<void> | undefined;
    for (const line of text.split('\n')) {
      behind = story.write(`${start}${cleanLine(line, { colour })}`.trimEnd().concat('\n'));
    }
    return behind;
  }

  return {
    onEvent(event) {
      let behind: Promise<void> | undefined;
      for (const whole of commands.whole(event)) {
        for (const shown of verbose === true ? [whole] : builds.worth(whole)) behind = show(shown);
      }
      return behind;
    },
    async close() {
      await Promise.all([story.flush(), trouble.flush()]);
    },
  };
}

/** A further line for the end of a push. */
function timesOf(event: LivepushEvent): string {
  const times = event.type === 'livepushEnd' && event.phases ? describePhases(event.phases) : '';
  return times && `\n  ${times}`;
}
