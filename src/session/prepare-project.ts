import { sweepOverrides, type WrittenOverride } from '../compose/write-override.js';
import type { Engine } from '../docker/engine.js';
import { overrideFor } from './build-services.js';
import { dockerFolders, findDockerFolder } from './docker-folder.js';
import { lockProject } from './lock/project-lock.js';
import { type NoteSubject, notesOf } from './note-files.js';
import type { Reading } from './open-compose.js';
import { isGone } from './process-start.js';
import { type ProjectModel, readProjectModel } from './project-model.js';
import { reportDiagnostics, throwOnErrors } from './report-diagnostics.js';
import type { Run } from './run.js';
import { sweepNotes } from './seen-files.js';
import { sweep } from './sweep.js';

/** A project that was read and is locked, with nothing left of earlier sessions. */
export interface PreparedProject {
  /** With a folder for temporary files that the docker command can read. */
  readonly run: Run;
  readonly model: ProjectModel;
  readonly written: WrittenOverride;
  readonly unlock: () => Promise<void>;
  readonly subject: NoteSubject;
}

/** Where notes are, and what is known of the project. */
export interface Opening {
  readonly folder: string;
  /** As the user calls what holds the lock. */
  readonly command: string;
  /** Of the project with the run's services, where it has begun already. */
  readonly reading?: Reading;
}

/**
 * Reads the project, locks it, and clears away what a killed session left. Throws `LivepushError`: `project-held`,
 * `dockerfile` for faults in the user's files, which are reported, `compose-missing`, and what `readProjectModel` throws.
 */
export async function prepareProject(run: Run, opening: Opening): Promise<PreparedProject> {
  const { cli, engine, undo, sink, signal } = run;
  // both come to their end, so that nothing stays behind; what is wrong with the project is told first
  const [read, folder] = await Promise.allSettled([
    readProjectModel(run, run.options, opening.reading),
    findDockerFolder(cli, run, signal),
  ]);
  if (read.status === 'rejected') throw read.reason;
  if (folder.status === 'rejected') throw folder.reason;
  const tmpdir = folder.value;
  const live = read.value.live.map((planned) => ({ ...planned, compared: run.options.compare === true }));
  const model = { ...read.value, live };
  const { project } = model;
  const subject = { folder: opening.folder, engineId: await engine.id(), project: project.name };
  const unlock = await lockProject({ engine, undo: undo.engine, project: project.name }, opening.command);
  try {
    reportDiagnostics(sink, [...model.notices, ...model.diagnostics]);
    throwOnErrors(model.diagnostics);
    await sweep(engine, project.name);
    await sweepOldNotes(engine, subject);
    for (const folder of dockerFolders(run)) await sweepOverrides({ project: project.name, tmpdir: folder }, isGone);
    const written = await overrideFor({ ...model, tmpdir }, live);
    return { run: { ...run, tmpdir }, model, written, unlock, subject };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Notes of containers that were removed without this program are of no use. */
async function sweepOldNotes(engine: Engine, subject: NoteSubject): Promise<void> {
  const notes = await notesOf(subject);
  if (notes.length === 0) return;
  const containers = await engine.listContainers([]);
  await sweepNotes(notes, new Set(containers.map(({ id }) => id)));
}
