import { randomBytes } from 'node:crypto';
import type { Engine } from '../../docker/engine.js';
import { untilReached } from '../follow-engine.js';

/** Milliseconds that a holder has to answer. */
const PATIENCE = 3_000;

const question = (lock: string, nonce: string): string => `${lock}.is-held.${nonce}`;
const answer = (lock: string, nonce: string): string => `${lock}.held.${nonce}`;

type Volumes = Pick<Engine, 'createVolume' | 'removeVolume' | 'createdVolumes'>;

/**
 * Asks whether a lock is still held by a process that cannot be seen from here: one of another machine, or in a container.
 * Question and answer are volumes that are created and removed again; the engine tells each side of them. False when no
 * answer comes within three seconds.
 */
export async function isHeld(
  engine: Volumes,
  lock: string,
  labels: Readonly<Record<string, string>>,
): Promise<boolean> {
  const nonce = randomBytes(8).toString('hex');
  const asked = question(lock, nonce);
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    const created = await engine.createdVolumes(over.signal);
    timer = setTimeout(() => over.abort(), PATIENCE);
    await engine.createVolume({ name: asked, labels });
    for await (const name of created) if (name === answer(lock, nonce)) return true;
    return false;
  } finally {
    clearTimeout(timer);
    over.abort();
    await engine.removeVolume(asked);
  }
}

interface Answering {
  /** Of the volumes that answers are. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the engine tells of volumes, from before there was a lock to be asked of. */
  readonly created: AsyncIterable<string>;
  readonly signal: AbortSignal;
}

/** Answers such questions for a lock until the signal fires. */
export async function answerQuestions(engine: Volumes, lock: string, answering: Answering): Promise<void> {
  const { labels, created, signal } = answering;
  const asked = question(lock, '');
  const open = () => engine.createdVolumes(signal);
  for (let names: typeof created | undefined = created; names; names = await untilReached(open, signal)) {
    try {
      for await (const name of names) {
        if (!name.startsWith(asked)) continue;
        const answered = answer(lock, name.slice(asked.length));
        await engine.createVolume({ name: answered, labels });
        await engine.removeVolume(answered);
      }
    } catch {
      // the engine has gone: it is asked again when it is back
    }
  }
}
