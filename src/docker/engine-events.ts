import type { Readable } from 'node:stream';
import type { ContainerEvent } from './engine.js';
import { LineSplitter } from './log-lines.js';

/** What is told of containers: with execs and health checks as well, each push would make a noise. */
export const followedActions = ['create', 'start', 'die', 'destroy', 'rename', 'pause', 'unpause'];

/** An event in the engine's words. */
export interface RawEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

interface ReadOptions {
  readonly signal: AbortSignal;
  /** Makes the error for a stream that breaks. */
  readonly explain: (thrown: unknown) => Error;
}

/** Reads the engine's events, one JSON object a line, until the signal fires. Throws when the stream ends before. */
export async function* readEvents(source: Readable, { signal, explain }: ReadOptions): AsyncGenerator<RawEvent, void> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of source) {
      for (const line of splitter.push(chunk).filter((text) => text !== '')) yield JSON.parse(line);
    }
    throw Object.assign(new Error('the events ended'), { code: 'ECONNRESET' });
  } catch (thrown) {
    if (!signal.aborted) throw explain(thrown);
  }
}

/** What becomes of each event. */
export async function* mapEvents<Event>(
  events: AsyncIterable<RawEvent>,
  each: (event: RawEvent) => Event,
): AsyncGenerator<Event, void> {
  for await (const event of events) yield each(event);
}

export const describeEvent = ({ Action, Actor }: RawEvent): ContainerEvent => ({
  action: Action,
  containerId: Actor.ID,
  labels: Actor.Attributes,
});
