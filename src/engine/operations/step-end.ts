import type { Filler } from '../../plan/cache-fillers.js';

/** How a step ended. */
export interface StepEnd {
  readonly code: number;
  /** What a build would have run before, so that it may end otherwise; undefined where it would not. */
  readonly excuse?: Filler | undefined;
}
