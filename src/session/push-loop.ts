/** Changes that follow one another, or the end of a push, faster than this (milliseconds) are one series; so are those during pushes. */
const CLOSE = 1000;
/** How many of a series in a row have the same path before it is taken for a loop. */
const LOOP = 20;
/** Milliseconds between two pushes of a loop: at first, and at most. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30_000;

/** What to do with changes that have just come. */
export interface LoopVerdict {
  /** They are part of a loop, and to be pushed after a pause. */
  readonly isLoop: boolean;
  /** The path that changes again and again, when that has just been found. */
  readonly found: string | undefined;
}

/**
 * Notices files that change after every push: a log file in the context, say, or what a push makes a program write there.
 * Such changes are pushed less and less often, until they end for a while; those of other files at once. Pure but for what it
 * remembers.
 */
export class PushLoop {
  /** How often in a row a path has changed. */
  readonly #counts = new Map<string, number>();
  #looping = new Set<string>();
  #last = Number.NEGATIVE_INFINITY;
  #pause = FIRST_PAUSE;
  #isPushing = false;
  /** What has changed since the running push began. */
  #counted = new Set<string>();

  /**
   * @param paths that have changed
   * @param now milliseconds on a clock that never goes back
   */
  judge(paths: readonly string[], now: number): LoopVerdict {
    if (!this.#isPushing && now - this.#last > CLOSE) this.#forget();
    this.#last = Math.max(this.#last, now);
    const changed = new Set(paths);
    for (const path of this.#counts.keys())
      if (!changed.has(path) && !this.#looping.has(path)) this.#counts.delete(path);
    // however often it is saved during one push
    const counting = [...changed].filter((path) => !this.#isPushing || !this.#counted.has(path));
    for (const path of counting) {
      this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1);
      this.#counted.add(path);
    }
    const fresh = counting.filter((path) => this.#counts.get(path) === LOOP);
    for (const path of fresh) this.#looping.add(path);
    return { isLoop: paths.every((path) => this.#looping.has(path)), found: fresh[0] };
  }

  /** A pause begins: how long it is, in milliseconds. */
  pause(now: number): number {
    const length = this.#pause;
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    this.#last = now + length;
    return length;
  }

  /** A push has begun: what comes until it has ended may come of it, and may have it begin again and again. */
  begun(): void {
    this.#isPushing = true;
    this.#counted = new Set();
  }

  /** A push has ended: what comes close behind it may have come of it. */
  pushed(now: number): void {
    this.#isPushing = false;
    this.#last = Math.max(this.#last, now);
  }

  #forget(): void {
    this.#counts.clear();
    this.#looping = new Set();
    this.#pause = FIRST_PAUSE;
  }
}
