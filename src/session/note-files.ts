import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What is noted of: a project in one engine, whatever address the engine is reached at. */
export interface NoteSubject {
  /** Folder of the notes. */
  readonly folder: string;
  readonly engineId: string;
  readonly project: string;
}

/** The file for what a session notes of a service. */
export const noteFile = (subject: NoteSubject, service: string): string => fileOf(subject, `.${service}.json`);

/** The file for which containers of a service files are being brought into. */
export const landingFile = (subject: NoteSubject, service: string): string => fileOf(subject, `.${service}.landing`);

/** Paths of all notes of services in the engine. */
export async function notesOf({ folder, engineId }: Omit<NoteSubject, 'project'>): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const isOurs = (name: string) => /\.(json|landing)$/.test(name) && name.includes(`${engineMark(engineId)}.`);
  return names.filter(isOurs).map((name) => join(folder, name));
}

const fileOf = ({ folder, engineId, project }: NoteSubject, rest: string): string =>
  join(folder, `${project}${engineMark(engineId)}${rest}`);

const engineMark = (engineId: string): string => `-${createHash('sha256').update(engineId).digest('hex').slice(0, 12)}`;
