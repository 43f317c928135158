import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { heldBy } from './held-by.js';
import { holderLabels, isRunning, type LockHolder, readHolder, thisHolder } from './lock-holder.js';
import { answerQuestions, isHeld } from './lock-question.js';

type Volumes = Pick<Engine, 'createVolume' | 'listVolumes' | 'removeVolume' | 'createdVolumes'>;

/** What is locked, and where: a project in one engine, whoever reaches it from wherever. */
export interface LockSubject {
  readonly engine: Volumes;
  /** The engine for what has to be undone when requests of `engine` are broken off. */
  readonly undo: Volumes;
  readonly project: string;
}

/** A lock that was found. */
interface FoundLock {
  readonly name: string;
  readonly holder: LockHolder;
}

/** A lock that was taken. */
interface Held {
  readonly lock: string;
  /** Names of volumes that were created since before it. */
  readonly created: AsyncIterable<string>;
  /** Ends what tells them. */
  readonly over: AbortController;
}

/** How often a lock that goes away meanwhile is tried for. */
const TRIES = 20;

/** Milliseconds between two tries at least; up to three times as many, so that of two that meet one comes first. */
const PAUSE = 50;

/** Characters of a project's name in that of its lock: a volume is a folder of the engine's. */
const LONGEST_NAME = 100;

/** Milliseconds that an engine has to remove a lock. */
const PATIENCE = 2000;

const label = 'docker-livepush.lock';

/**
 * Takes the lock of a project, and gives what releases it. A lock is an empty volume in the engine, with a name of its own
 * for each try: who has created one and then finds no other holds the project. Of two that create theirs at the same time
 * the later one finds the other's at any rate. A lock whose process is gone is removed. Throws `project-held`, naming the
 * holder.
 */
export async function lockProject(subject: LockSubject, command: string): Promise<() => Promise<void>> {
  const { engine, undo, project } = subject;
  const own = await thisHolder(command);
  let before: string | undefined;
  for (let i = 0; i < TRIES; i++) {
    const lock = `docker-livepush.${project.slice(0, LONGEST_NAME)}.${randomUUID()}`;
    const over = new AbortController();
    try {
      // before anybody can ask
      const created = await engine.createdVolumes(over.signal);
      await engine.createVolume({ name: lock, labels: { ...holderLabels(own), [label]: project } });
      const found = await otherLock(engine, { project, own: lock, before });
      if (!found) return holdLock(subject, { lock, created, over });
      // one that stays is held; one that goes was a try like this one
      if (found.name === before) throw heldBy(found.holder, { project, lock: found.name, here: own.place });
      before = found.name;
    } catch (error) {
      over.abort();
      await remove(undo, lock);
      throw error;
    }
    over.abort();
    await remove(undo, lock);
    await delay(PAUSE * (1 + 2 * Math.random()));
  }
  throw new LivepushError('project-held', `The lock of project ${project} cannot be taken.`, {
    hint: `If no other session runs, remove the volumes with the label ${label}=${project}.`,
  });
}

/** Who holds a project now, as far as can be seen from here; undefined when nobody does. Changes nothing. */
export async function holderOf(engine: Pick<Engine, 'listVolumes'>, project: string): Promise<LockHolder | undefined> {
  for (const { labels } of await engine.listVolumes(`${label}=${project}`)) {
    const holder = readHolder(labels);
    if (holder && (await isRunning(holder)) !== false) return holder;
  }
  return undefined;
}

function holdLock({ undo, project }: LockSubject, { lock, created, over }: Held): () => Promise<void> {
  void answerQuestions(undo, lock, { labels: { [label]: project }, created, signal: over.signal });
  return async () => {
    over.abort();
    await remove(undo, lock);
  };
}

/** An engine that does not answer is not waited for: nobody holds a lock whose process has ended. */
async function remove(engine: Volumes, lock: string): Promise<void> {
  const once = () => engine.removeVolume(lock);
  const removed = once()
    .catch(once)
    .catch(() => {});
  await Promise.race([removed, delay(PATIENCE, undefined, { ref: false })]);
}

/** A lock besides one's own that is held. Those that are not held any more, and what questions have left, are removed. */
async function otherLock(
  engine: Volumes,
  { project, own, before }: { readonly project: string; readonly own: string; readonly before: string | undefined },
): Promise<FoundLock | undefined> {
  for (const { name, labels } of await engine.listVolumes(`${label}=${project}`)) {
    if (name === own) continue;
    const holder = readHolder(labels);
    const isLive = async (): Promise<boolean> =>
      holder !== undefined && ((await isRunning(holder)) ?? (await isHeld(engine, name, { [label]: project })));
    if (holder && (name === before || (await isLive()))) return { name, holder };
    await engine.removeVolume(name);
  }
  return undefined;
}
