import { setTimeout } from 'node:timers/promises';
import type { PushContext } from './push-context.js';

/** Milliseconds that a push takes before the builder is asked: asking costs about a second of a processor. */
const PATIENCE = 3_000;

type Asking = Pick<PushContext, 'hasBuilt' | 'signal' | 'stepSignal'>;

/** Why a service is built anew whose files are those of an earlier build. */
export const BUILT_BEFORE = 'the build cache holds what its RUN steps make of these files';

/**
 * Carries out a push that runs steps. Where that takes long, the builder is asked meanwhile whether it has carried out the
 * same steps on the same files; if so, the push is broken off. Gives what the work came to, or `built`.
 */
export async function unlessBuilt<Context extends Asking, Result>(
  context: Context,
  work: (context: Context) => Promise<Result>,
  patience = PATIENCE,
): Promise<{ readonly result: Result; readonly built: boolean }> {
  const { hasBuilt } = context;
  if (!hasBuilt) return { result: await work(context), built: false };
  const built = new AbortController();
  const over = new AbortController();
  void ask(hasBuilt, { patience, signal: AbortSignal.any([context.signal, over.signal]) }).then((has) => {
    if (has && !over.signal.aborted) built.abort();
  });
  try {
    const signal = AbortSignal.any([context.signal, built.signal]);
    const stepSignal = AbortSignal.any([context.stepSignal, built.signal]);
    const result = await work({ ...context, signal, stepSignal });
    return { result, built: built.signal.aborted && !context.signal.aborted };
  } finally {
    // nothing waits for the builder to give up
    over.abort();
  }
}

async function ask(
  hasBuilt: (signal: AbortSignal) => Promise<boolean>,
  { patience, signal }: { readonly patience: number; readonly signal: AbortSignal },
): Promise<boolean> {
  try {
    await setTimeout(patience, undefined, { signal });
    return await hasBuilt(signal);
  } catch {
    // the push goes on without an answer
    return false;
  }
}
