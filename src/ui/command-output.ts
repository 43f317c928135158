import type { LivepushEvent } from '../events.js';

type OutputEvent = Extract<LivepushEvent, { type: 'commandOutput' }>;

// A command that never ends its line (a bar of dots) is shown in pieces rather than never.
const longestLine = 16_384;

/** One command at a time runs in a container. */
const keyOf = ({ service, stageIdx, containerId }: Omit<OutputEvent, 'type' | 'stream' | 'data'>): string =>
  `${service}/${stageIdx}/${containerId}/`;

/** Puts the chunks of commands' output together to whole lines. */
export class CommandOutput {
  readonly #open = new Map<string, OutputEvent>();

  /** The events to show in place of this one: whole lines, and lines that the end of a command or a push closes. */
  *whole(event: LivepushEvent): Generator<LivepushEvent> {
    if (event.type === 'commandOutput') {
      yield* this.#lines(event);
      return;
    }
    if (event.type === 'commandReturn') yield* this.#rest(keyOf(event));
    if (event.type === 'livepushEnd') yield* this.#rest(`${event.service}/`);
    yield event;
  }

  *#lines(event: OutputEvent): Generator<OutputEvent> {
    const key = keyOf(event) + event.stream;
    const lines = ((this.#open.get(key)?.data ?? '') + event.data).split('\n');
    const open = lines.pop() ?? '';
    for (const data of lines) yield { ...event, data };
    if (open.length > longestLine) yield { ...event, data: open };
    if (open === '' || open.length > longestLine) this.#open.delete(key);
    else this.#open.set(key, { ...event, data: open });
  }

  *#rest(prefix: string): Generator<OutputEvent> {
    for (const [key, event] of this.#open) {
      if (!key.startsWith(prefix)) continue;
      this.#open.delete(key);
      yield event;
    }
  }
}
