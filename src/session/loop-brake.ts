import type { EventSink } from '../events.js';
import type { TreeChange } from '../watch/scan-context.js';
import { PushLoop } from './push-loop.js';

interface BrakeOptions {
  readonly service: string;
  readonly sink: EventSink;
  /** Hands over what waits, at the end of a pause. */
  readonly onPauseEnd: () => void;
}

/** Holds back changes of files that change after every push, and says which they are. */
export class LoopBrake {
  readonly #options: BrakeOptions;
  readonly #loop = new PushLoop();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BrakeOptions) {
    this.#options = options;
  }

  /** True for changes that are to be handed over later, with all that comes meanwhile. */
  holdsBack(changes: readonly TreeChange[]): boolean {
    const { service, sink, onPauseEnd } = this.#options;
    const now = performance.now();
    const verdict = this.#loop.judge(
      changes.map(({ path }) => path),
      now,
    );
    if (verdict.found !== undefined) {
      const message = `${verdict.found} changes again and again, after every push: it is pushed less often from now on.`;
      const hint = 'Add it to .dockerignore, or have it written outside of the build context.';
      void sink({ type: 'diagnostic', service, severity: 'warning', code: 'push-loop', message, hint });
    }
    // a session that has ended waits for nothing
    if (verdict.isLoop) this.#timer ??= setTimeout(onPauseEnd, this.#loop.pause(now)).unref();
    return verdict.isLoop;
  }

  /** What pushes are to tell their events to: what comes close behind the end of one may have come of it. */
  readonly sink: EventSink = (event) => {
    if (event.type === 'livepushStart') this.#loop.begun();
    if (event.type === 'livepushEnd') this.#loop.pushed(performance.now());
    return this.#options.sink(event);
  };

  /** Nothing is held back any more. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
