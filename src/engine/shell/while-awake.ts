import { setTimeout as delay } from 'node:timers/promises';
import type { Container } from '../../docker/engine.js';
import { pausedError, stuckError } from '../../docker/engine-error.js';
import { LivepushError } from '../../errors.js';

/** Milliseconds of silence after which the container is looked at. */
const PATIENCE = 10_000;

type Answer<Value> = { readonly value: Value } | undefined;

/**
 * What a command in a container comes to, however long it works. One that stays silent is given up when the container is
 * paused (`container-paused`), has ended (`container-lost`), or when the engine does not say (`container-stuck`).
 *
 * @param patience milliseconds
 */
export async function whileAwake<Value>(
  container: Container,
  command: Promise<Value>,
  patience = PATIENCE,
): Promise<Value> {
  for (;;) {
    const answer = await within(patience, command);
    if (answer) return answer.value;
    const seen = await within(patience, container.inspect());
    if (!seen) throw stuckError(container.id.slice(0, 12), 'does not answer');
    const { paused, running, name } = seen.value;
    if (paused) throw pausedError(name);
    if (!running) throw new LivepushError('container-lost', `Container ${name} has ended.`);
  }
}

/** Undefined when it takes longer. */
async function within<Value>(ms: number, work: Promise<Value>): Promise<Answer<Value>> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([work.then((value) => ({ value })), late]);
  } finally {
    timer.abort();
  }
}
