import { createHash, randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LivepushError } from '../errors.js';
import { processStart } from './process-start.js';

/** Who holds a project, as its lock file says. */
export interface LockHolder {
  readonly pid: number;
  /** When the process started, in the words of the system it runs on: tells it from a later one of the same number. */
  readonly start: string | undefined;
  /** ISO 8601. */
  readonly since: string;
  /** `up`, `watch`, … */
  readonly command: string;
}

/** What is locked: a project in one engine, whatever address the engine is reached at. */
export interface LockSubject {
  /** Folder of the lock files. */
  readonly folder: string;
  readonly engineId: string;
  readonly project: string;
}

/** How often a lock that goes away meanwhile is tried for. */
const TRIES = 20;

/**
 * Takes the lock of a project, and gives what releases it. A lock whose process is gone is taken over. Throws
 * `project-held`, naming the holder.
 */
export async function lockProject(subject: LockSubject, command: string): Promise<() => Promise<void>> {
  const { project } = subject;
  const file = lockFile(subject);
  const { pid } = process;
  const own: LockHolder = { pid, start: await processStart(pid), since: new Date().toISOString(), command };
  for (let i = 0; i < TRIES; i++) {
    if (await place(file, own)) return () => rm(file, { force: true });
    const holder = await liveHolder(file);
    if (holder) throw heldBy(holder, { project, file });
    await removeStale(file, own);
  }
  throw new LivepushError('project-held', `The lock of project ${project} cannot be taken.`, {
    hint: `If no other session runs, remove ${file}.`,
  });
}

/** Who holds a project now, or undefined. */
export const holderOf = (subject: LockSubject): Promise<LockHolder | undefined> => liveHolder(lockFile(subject));

const fileOf = ({ folder, engineId, project }: LockSubject, rest: string): string =>
  join(folder, `${project}${engineMark(engineId)}${rest}`);

const lockFile = (subject: LockSubject): string => fileOf(subject, '.lock');

/** The file for what a session notes of a service. */
export const noteFile = (subject: LockSubject, service: string): string => fileOf(subject, `.${service}.json`);

/** The file for which containers of a service files are being brought into. */
export const landingFile = (subject: LockSubject, service: string): string => fileOf(subject, `.${service}.landing`);

/** Paths of all notes of services in the engine. */
export async function notesOf({ folder, engineId }: Omit<LockSubject, 'project'>): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const isOurs = (name: string) => /\.(json|landing)$/.test(name) && name.includes(`${engineMark(engineId)}.`);
  return names.filter(isOurs).map((name) => join(folder, name));
}

const engineMark = (engineId: string): string => `-${createHash('sha256').update(engineId).digest('hex').slice(0, 12)}`;

/** Puts the file there with all that is in it, or not at all; false when there is one. */
async function place(file: string, holder: LockHolder): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function liveHolder(file: string): Promise<LockHolder | undefined> {
  const holder = await readHolder(file);
  if (!holder) return undefined;
  const start = await processStart(holder.pid);
  return start !== undefined && (holder.start === undefined || start === holder.start) ? holder : undefined;
}

async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    const read: LockHolder = JSON.parse(await readFile(file, 'utf8'));
    return Number.isInteger(read.pid) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** One process at a time removes a stale lock: else one could remove what another has just put in its place. */
async function removeStale(file: string, own: LockHolder): Promise<void> {
  const guard = `${file}.takeover`;
  if (!(await place(guard, own))) {
    if (!(await liveHolder(guard))) await rm(guard, { force: true });
    return;
  }
  try {
    if (!(await liveHolder(file))) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

function heldBy({ pid, since, command }: LockHolder, { project, file }: { project: string; file: string }) {
  const message = `Project ${project} is held by \`docker livepush ${command}\`, process ${pid}, since ${localTime(since)}.`;
  return new LivepushError('project-held', message, {
    hint: `${hintFor(command, pid)}, or give this one a name of its own with -p. (${file})`,
  });
}

/** Minutes on the user's clock: `2026-01-02 14:02`. */
function localTime(since: string): string {
  const date = new Date(since);
  const [day, time] = [
    [date.getFullYear(), date.getMonth() + 1, date.getDate()],
    [date.getHours(), date.getMinutes()],
  ].map((parts) => parts.map((part) => String(part).padStart(2, '0')));
  return `${day?.join('-')} ${time?.join(':')}`;
}

function hintFor(command: string, pid: number): string {
  if (command !== 'up' && command !== 'watch') return 'Try again when it has ended';
  return `That session pushes all edits already. End it (Ctrl-C there, or kill ${pid}) to start another`;
}
