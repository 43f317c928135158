import { setTimeout as delay } from 'node:timers/promises';
import { LivepushError } from '../errors.js';
import type { Target } from './target.js';

/** Milliseconds in which the engine notes the end of a container after that of a command in it. */
const NOTED = 200;

/** True for an error that says that a container is not there, or does not run. */
export const isLost = (error: unknown): boolean => error instanceof LivepushError && error.code === 'container-lost';

/**
 * What became of a container since it was last looked at: removed, ended (and perhaps started again by the engine), or
 * neither, as far as can be told.
 */
export async function lookForEnd(target: Target): Promise<'gone' | 'ended' | 'there'> {
  try {
    const seen = await target.info();
    const container = await target.container();
    for (const pause of [0, NOTED]) {
      await delay(pause);
      const { running, startedAt } = await container.inspect();
      if (!running || startedAt !== seen.startedAt) return 'ended';
    }
    return 'there';
  } catch (error) {
    return isLost(error) ? 'gone' : 'there';
  }
}
