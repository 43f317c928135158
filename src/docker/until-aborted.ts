import { addAbortSignal, Readable } from 'node:stream';
import type { Container, Engine, ExecProcess } from './engine.js';

interface UntilOptions {
  /** Containers can be removed after the signal, too. */
  readonly sparesRemoval?: boolean;
}

/**
 * The same engine until the signal fires: from then on every request of it, and of its containers, rejects with the signal's
 * reason, those too that wait for an answer. Streams break off, and processes are let go of. What has to be undone after
 * that is undone with the engine itself.
 */
export function engineUntil(engine: Engine, signal: AbortSignal, { sparesRemoval = false }: UntilOptions = {}): Engine {
  const spared = sparesRemoval ? ['remove'] : [];
  const inner: Binding = { signal, spared, open: (_name, result) => result };
  const open = (name: PropertyKey, result: unknown): unknown =>
    name === 'container' ? bind(result as Container, inner) : result;
  return bind(engine, { signal, spared: ['container', 'close'], open });
}

interface Binding {
  readonly signal: AbortSignal;
  /** Methods that are not ended. */
  readonly spared: readonly PropertyKey[];
  /** What a spared method gives. */
  readonly open: (name: PropertyKey, result: unknown) => unknown;
}

function bind<Bound extends object>(bound: Bound, { signal, spared, open }: Binding): Bound {
  return new Proxy(bound, {
    get: (_bound, name) => {
      const member: unknown = Reflect.get(bound, name, bound);
      if (typeof member !== 'function') return member;
      if (spared.includes(name)) return (...args: unknown[]) => open(name, member.apply(bound, args));
      return async (...args: unknown[]) => {
        signal.throwIfAborted();
        const result = Promise.resolve(member.apply(bound, args));
        return until(
          result.then((value) => tied(value, signal)),
          signal,
        );
      };
    },
  });
}

/** Streams and processes last longer than the request that has opened them. */
function tied<Value>(value: Value, signal: AbortSignal): Value {
  if (value instanceof Readable) {
    // one that nobody reads must not be fatal
    value.on('error', () => {});
    addAbortSignal(signal, value);
  } else if (isProcess(value)) {
    const letGo = (): void => value.destroy();
    if (signal.aborted) letGo();
    else signal.addEventListener('abort', letGo, { once: true });
    const forget = (): void => signal.removeEventListener('abort', letGo);
    value.exit.then(forget, forget);
  }
  return value;
}

const isProcess = (value: unknown): value is ExecProcess =>
  typeof value === 'object' && value !== null && 'exit' in value && 'destroy' in value;

/** What a promise comes to, unless the signal fires before: then it rejects with the signal's reason. */
export function until<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    const settle = (): void => signal.removeEventListener('abort', stop);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(settle);
  });
}
