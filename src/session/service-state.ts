/**
 * How a live service stands.
 *
 * - `opening`: its image is being built, or its containers are being started; its files are followed from before that on.
 * - `attached`: its containers get pushes.
 * - `rebuilding`: it is being built anew; if it was attached, its old containers go on meanwhile.
 * - `retrying`: that, or attaching, has failed. The next save reads the project's files again, which ask for a rebuild or do
 *   not; with `insists` it is built anew whatever they say.
 * - `gone`: it was closed, and nothing comes of it any more.
 */
export type ServiceState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'attached' }
  | { readonly kind: 'rebuilding'; readonly reason: string }
  | { readonly kind: 'retrying'; readonly reason: string; readonly insists: boolean }
  | { readonly kind: 'gone' };

/** Who wants a service to be built anew: files that the project is made of, a push, or somebody. */
export type RebuildCause = 'files' | 'push' | 'asked';

/** What happens to a service. */
export type ServiceTurn =
  | { readonly kind: 'attach' }
  | { readonly kind: 'rebuild'; readonly reason: string }
  /** What was begun has failed; `isAttached`: there are containers that get pushes all the same. */
  | { readonly kind: 'fail'; readonly reason: string; readonly isAttached: boolean; readonly cause: RebuildCause }
  /** The project's files ask for nothing of it. */
  | { readonly kind: 'agree' }
  | { readonly kind: 'close' };

/** The state that comes of a turn. What is gone stays gone. Pure. */
export function nextState(state: ServiceState, turn: ServiceTurn): ServiceState {
  if (state.kind === 'gone') return state;
  switch (turn.kind) {
    case 'attach':
      return { kind: 'attached' };
    case 'rebuild':
      return { kind: 'rebuilding', reason: turn.reason };
    case 'fail':
      return afterFailure(turn);
    case 'agree':
      return state.kind === 'retrying' && !state.insists ? { kind: 'attached' } : state;
    case 'close':
      return { kind: 'gone' };
  }
}

function afterFailure({ reason, isAttached, cause }: Extract<ServiceTurn, { kind: 'fail' }>): ServiceState {
  // the push of the next save finds again what it has asked for
  if (isAttached && cause === 'push') return { kind: 'attached' };
  // without containers that get pushes, only a rebuild can help
  return { kind: 'retrying', reason, insists: !isAttached || cause === 'asked' };
}
