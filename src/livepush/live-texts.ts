/** A live Dockerfile, and what its text alone does not say. */
export interface LiveText {
  readonly text: string;
  readonly lineMap: readonly number[];
  readonly command: { readonly stage: number; readonly line: number; readonly value: string } | undefined;
}

/** Dockerfiles that are remembered: one for each service, and some edits of them. */
const LIMIT = 256;

/**
 * Live Dockerfiles that this process made. A front end that hands the live text to the builder often hands the same text
 * to `Livepush`, but a live Dockerfile is a plain one: where its live command stood cannot be read from it, and without
 * that every push would end with a restart. The one state that a module keeps.
 */
const made = new Map<string, LiveText>();

/** Remembers a live Dockerfile for `recallLive`. */
export function rememberLive(live: LiveText): void {
  made.delete(live.text);
  made.set(live.text, { ...live, lineMap: live.lineMap.map((_, index) => index + 1) });
  const [oldest] = made.keys();
  if (made.size > LIMIT && oldest !== undefined) made.delete(oldest);
}

/** What is known of a text that is a live Dockerfile of this process; its lines are its own. */
export const recallLive = (text: string): LiveText | undefined => made.get(text);
