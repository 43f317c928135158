import { Readable } from 'node:stream';
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
  const ends = new Ends(signal);
  const inner: Binding = { ends, spared: sparesRemoval ? ['remove'] : [], open: (_name, result) => result };
  const open = (name: PropertyKey, result: unknown): unknown =>
    name === 'container' ? bind(result as Container, inner) : result;
  return bind(engine, { ends, spared: ['container', 'close'], open });
}

/** What is to be done when a signal fires: one listener, however much goes on at once. */
class Ends {
  readonly #signal: AbortSignal;
  readonly #steps = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#run(), { once: true });
  }

  get reason(): unknown {
    return this.#signal.reason;
  }

  throwIfAborted(): void {
    this.#signal.throwIfAborted();
  }

  /** Gives what calls the step off. A signal that has fired calls it at once. */
  add(step: () => void): () => void {
    if (this.#signal.aborted) step();
    else this.#steps.add(step);
    return () => this.#steps.delete(step);
  }

  /** What a promise comes to, unless the signal fires before. */
  until<Value>(work: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const settle = this.add(() => reject(this.reason));
      work.then(resolve, reject).finally(settle);
    });
  }

  #run(): void {
    for (const step of this.#steps) step();
    this.#steps.clear();
  }
}

interface Binding {
  readonly ends: Ends;
  /** Methods that are not ended. */
  readonly spared: readonly PropertyKey[];
  /** What a spared method gives. */
  readonly open: (name: PropertyKey, result: unknown) => unknown;
}

function bind<Bound extends object>(bound: Bound, { ends, spared, open }: Binding): Bound {
  return new Proxy(bound, {
    get: (_bound, name) => {
      const member: unknown = Reflect.get(bound, name, bound);
      if (typeof member !== 'function') return member;
      if (spared.includes(name)) return (...args: unknown[]) => open(name, member.apply(bound, args));
      return async (...args: unknown[]) => {
        ends.throwIfAborted();
        const result = Promise.resolve(member.apply(bound, args));
        return ends.until(result.then((value) => tied(value, ends)));
      };
    },
  });
}

/** Streams and processes last longer than the request that has opened them. */
function tied<Value>(value: Value, ends: Ends): Value {
  if (value instanceof Readable) {
    // one that nobody reads must not be fatal
    value.on('error', () => {});
    value.once(
      'close',
      ends.add(() => value.destroy(broken(ends.reason))),
    );
  } else if (isProcess(value)) {
    const forget = ends.add(() => value.destroy());
    value.exit.then(forget, forget);
  }
  return value;
}

const broken = (cause: unknown): Error =>
  Object.assign(new Error('The stream was broken off.', { cause }), { name: 'AbortError' });

const isProcess = (value: unknown): value is ExecProcess =>
  typeof value === 'object' && value !== null && 'exit' in value && 'destroy' in value;
