import type { LivepushEvent } from '../events.js';

type BuildOutput = Extract<LivepushEvent, { type: 'buildOutput' }>;

/** A step of a Dockerfile: `#9 [web build 2/5] RUN npm ci`. What BuildKit does besides has no numbers in its brackets. */
const opening = /^#(\d+) \[(?:\S+ )*\d+\/\d+\] /;

/** Steps that took no time to speak of, or none: what they made was there already. */
const spared = /^#\d+ (?:CACHED|DONE 0\.\ds)$/;

/**
 * Leaves of a build's output what its reader waits for: the steps that run, what they print, and errors. Steps from the cache,
 * and what BuildKit does to load contexts and store images, are left out.
 */
export class BuildLines {
  readonly #running = new Set<string>();
  /** A step that may turn out to be cached with the next line. */
  #held: BuildOutput | undefined;

  /** The events to show in place of this one. */
  *worth(event: LivepushEvent): Generator<LivepushEvent> {
    const held = this.#held;
    this.#held = undefined;
    if (event.type !== 'buildOutput') {
      if (held !== undefined) yield held;
      yield event;
      return;
    }
    const key = keyOf(event);
    if (held !== undefined) {
      if (spared.test(event.line) && keyOf(held) === key) return;
      this.#running.add(keyOf(held) ?? '');
      yield held;
    }
    if (opening.test(event.line)) this.#held = named(event);
    else if (key === undefined || this.#running.has(key) || /^#\d+ ERROR/.test(event.line)) yield named(event);
    if (key !== undefined && /^#\d+ (?:DONE|CACHED|CANCELED|ERROR)/.test(event.line)) this.#running.delete(key);
  }
}

/** BuildKit numbers what it does, anew in each build; lines without a number are about the whole. */
function keyOf({ service, line }: BuildOutput): string | undefined {
  const [, number] = /^#(\d+) /.exec(line) ?? [];
  return number === undefined ? undefined : `${service}/${number}`;
}

/** A step that is built for a stage or a layer of its own is the service's all the same. */
const named = (event: BuildOutput): BuildOutput => ({
  ...event,
  line: event.line.replace(/^((?:#\d+| >) \[)\S+-livepush-\S+ /, `$1${event.service} `),
});
