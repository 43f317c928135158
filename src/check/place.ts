import type { Range } from '../diagnostics.js';

/** A place in one of the user's files. */
export interface Place {
  /** Path as the user would name it. */
  readonly file: string;
  readonly range: Range;
}
