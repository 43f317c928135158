import { createOutput } from './output.js';
import type { Renderer, RendererOptions } from './renderer.js';

/** One JSON object a line on stdout, as `cli.md` and the event types describe them; `time` comes first, then `type`. */
export function createJsonRenderer({ stdout, now }: Pick<RendererOptions, 'stdout' | 'now'>): Renderer {
  const output = createOutput(stdout);
  return {
    onEvent({ type, ...fields }) {
      return output.write(`${JSON.stringify({ time: now().toISOString(), type, ...fields })}\n`);
    },
    close: () => output.flush(),
  };
}
