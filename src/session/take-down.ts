import { rm } from 'node:fs/promises';
import { liveImageOf } from '../compose/image-names.js';
import { loadProject } from '../compose/load-project.js';
import { sweepOverrides } from '../compose/write-override.js';
import { engineUntil } from '../docker/until-aborted.js';
import { dockerFolders } from './docker-folder.js';
import { openEngine } from './find-project.js';
import { lockProject } from './lock/project-lock.js';
import { noteFile } from './note-files.js';
import { noteFolder } from './note-folder.js';
import { openCompose, type ProjectOptions } from './open-compose.js';
import { isGone } from './process-start.js';
import { sweep } from './sweep.js';

export interface DownOptions extends ProjectOptions {
  readonly volumes: boolean;
  readonly removeOrphans: boolean;
  /** Seconds a container has to end; its own time when left out. */
  readonly timeout?: number;
}

interface DownContext {
  readonly env: NodeJS.ProcessEnv;
  readonly tmpdir: string;
  readonly homedir: string;
  readonly signal: AbortSignal;
  /** Told what compose says. */
  readonly onLine: (line: string) => void;
}

/**
 * Removes all that sessions made of a project, and the project's containers and networks as `docker compose down` does.
 * Throws `project-held` while a session runs, and what compose fails with.
 */
export async function takeDown(options: DownOptions, context: DownContext): Promise<void> {
  const { env, homedir, signal, onLine } = context;
  const { volumes, removeOrphans, timeout } = options;
  const cli = openCompose(options, env, signal);
  const undo = openEngine(options, context);
  const engine = engineUntil(undo, signal);
  try {
    const [{ project }, engineId] = await Promise.all([loadProject(cli), engine.id()]);
    const folder = noteFolder(env, homedir);
    const subject = { folder, engineId, project: project.name };
    const release = await lockProject({ engine, undo, project: project.name }, 'down');
    try {
      await sweep(engine, project.name);
      for (const folder of dockerFolders(context))
        await sweepOverrides({ project: project.name, tmpdir: folder }, isGone);
      await cli.down({ volumes, removeOrphans, ...(timeout !== undefined && { timeout }), onLine, signal });
      await Promise.all(project.services.map(({ name }) => rm(noteFile(subject, name), { force: true })));
      const images = project.services.map(({ name }) => liveImageOf(project.name, name));
      await Promise.all(images.map((image) => engine.removeImage(image)));
    } finally {
      await release();
    }
  } finally {
    engine.close();
  }
}
