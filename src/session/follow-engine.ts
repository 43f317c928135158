import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerEvent, Engine } from '../docker/engine.js';

interface FollowEngineOptions {
  readonly engine: Engine;
  readonly labels: readonly string[];
  readonly signal: AbortSignal;
  readonly onEvent: (event: ContainerEvent) => void;
  /** The engine does not answer any more. */
  readonly onLost: (error: unknown) => void;
  /** It answers again; anything may have happened meanwhile. */
  readonly onBack: () => void;
}

/** Milliseconds from one try to reach the engine to the next: doubled each time, up to the longest. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;

/** Passes on what happens to containers until the signal fires. Resolves when it has begun; throws when it cannot begin. */
export async function followEngine(options: FollowEngineOptions): Promise<{ ended: Promise<void> }> {
  const { engine, labels, signal } = options;
  const events = await engine.events({ labels, signal });
  return { ended: follow(events, options) };
}

async function follow(first: AsyncIterable<ContainerEvent>, options: FollowEngineOptions): Promise<void> {
  const { engine, labels, signal, onEvent, onLost, onBack } = options;
  let events = first;
  for (;;) {
    try {
      for await (const event of events) onEvent(event);
    } catch (error) {
      if (!signal.aborted) onLost(error);
    }
    const again = signal.aborted ? undefined : await untilReached(() => engine.events({ labels, signal }), signal);
    if (!again) return;
    events = again;
    onBack();
  }
}

/** Opens something of an engine that is gone, as soon as it is back; undefined when the signal fires. */
export async function untilReached<Result>(
  open: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      await delay(wait, undefined, { signal });
      return await open();
    } catch {
      if (signal.aborted) return undefined;
    }
  }
}
