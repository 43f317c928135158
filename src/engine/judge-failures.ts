import { LivepushError, messageOf } from '../errors.js';
import type { TargetFailure } from './execute-plan.js';
import { isLost, lookForEnd } from './look-for-end.js';
import type { Target } from './target.js';

/** What the failures of a push come to. */
export interface Verdict {
  /** Why only a rebuild can help; the rest is empty then. */
  readonly rebuild?: string;
  /** Names of containers that are gone. */
  readonly lost: readonly string[];
  /** Containers of the service that have ended meanwhile, and are there. */
  readonly ended: readonly Target[];
  /** Errors to tell of, those of the ended containers too. */
  readonly errors: readonly unknown[];
  /** A file of the context changed while it was read: it has to be looked at again. */
  readonly retry: boolean;
}

/**
 * Judges failures: a container that refuses an operation is built anew, a file that changed is read again, and one that is
 * gone is let go of.
 */
export async function judgeFailures(failures: readonly TargetFailure[]): Promise<Verdict> {
  const nothing = { lost: [], ended: [], errors: [], retry: false };
  const refused = failures.find(({ error }) => isRefusal(error));
  if (refused) return { ...nothing, rebuild: messageOf(refused.error) };
  const lost: string[] = [];
  const ended: Target[] = [];
  const errors: unknown[] = [];
  for (const { target, error } of failures) {
    const end = isLost(error) && target.final ? await lookForEnd(target) : 'there';
    if (end === 'ended') ended.push(target);
    if (end === 'gone') lost.push(target.name);
    else errors.push(error);
  }
  return { lost, ended, errors, retry: failures.some(({ error }) => codeOf(error) === 'context-file') };
}

const codeOf = (error: unknown) => (error instanceof LivepushError ? error.code : undefined);

/** What a container cannot do, or an image that somebody has removed: it comes with a build. */
export const isRefusal = (error: unknown): boolean => codeOf(error) === 'container-refused';
