import type { Say } from '../operations/forward-output.js';

/** Characters of output that are held back at most. */
const MOST = 256 * 1024;

/** Output that is held back until it is known whether it is of a command that counts. */
export class HeldOutput {
  readonly #say: Say;
  #held: (readonly ['stdout' | 'stderr', string])[] | undefined;
  #size = 0;

  constructor(say: Say, { holds }: { holds: boolean }) {
    this.#say = say;
    this.#held = holds ? [] : undefined;
  }

  /** False where it has become too much to be held back. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  readonly say: Say = (stream, data) => {
    if (!this.#held) return this.#say(stream, data);
    this.#held.push([stream, data]);
    this.#size += data.length;
    return this.#size > MOST ? this.release() : undefined;
  };

  /** Tells what was held back, and all that comes. */
  release(): Promise<void> | undefined {
    const held = this.#held ?? [];
    this.#held = undefined;
    let last: Promise<void> | undefined;
    for (const [stream, data] of held) last = this.#say(stream, data) ?? last;
    return last;
  }
}
