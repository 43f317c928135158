import { setTimeout } from 'node:timers/promises';
import type { PushContext } from './push-context.js';

/** Milliseconds that a step runs before the builder is asked: asking costs about a second of a processor, a rebuild more. */
const PATIENCE = 5_000;

type Asking = Pick<PushContext, 'hasBuilt' | 'signal' | 'stepSignal' | 'steps'>;

/** Why a service is built anew whose files are those of an earlier build. */
export const BUILT_BEFORE = 'the build cache holds what its RUN steps make of these files';

/**
 * Carries out a push that runs steps. Where one takes long, the builder is asked meanwhile whether it has carried out the
 * same steps on the same files; if so, the push is broken off. Gives what the work came to, and whether that was so.
 */
export async function unlessBuilt<Context extends Asking, Result>(
  context: Context,
  work: (context: Context) => Promise<Result>,
  patience = PATIENCE,
): Promise<{ readonly result: Result; readonly built: boolean }> {
  const { hasBuilt, steps } = context;
  if (!hasBuilt) return { result: await work(context), built: false };
  const built = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  let isAsked = false;
  const ask = async (ended: AbortSignal): Promise<void> => {
    await setTimeout(patience, undefined, { signal: AbortSignal.any([signal, ended]) });
    if (isAsked) return;
    isAsked = true;
    if ((await hasBuilt(signal)) && !over.signal.aborted) built.abort();
  };
  // without an answer the push goes on
  const unfollow = steps.follow((ended) => void ask(ended).catch(() => {}));
  try {
    const ends = AbortSignal.any([context.signal, built.signal]);
    const stepSignal = AbortSignal.any([context.stepSignal, built.signal]);
    const result = await work({ ...context, signal: ends, stepSignal });
    return { result, built: built.signal.aborted && !context.signal.aborted };
  } finally {
    unfollow();
    // nothing waits for the builder to give up
    over.abort();
  }
}
