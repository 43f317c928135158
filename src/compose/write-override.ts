import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slugOf } from './image-names.js';
import { type LiveOverride, type LiveService, liveOverride } from './live-override.js';

export interface WrittenOverride {
  /** Absolute path of the folder; only its owner can read it. */
  readonly folder: string;
  /** Absolute path of the compose file to build with. */
  readonly buildFile: string;
  /** Absolute path of the compose file to run with. */
  readonly upFile: string;
  readonly override: LiveOverride;
  /** Removes the folder. */
  dispose(): Promise<void>;
}

/** Writes the override of these services to a fresh folder below the system's folder for temporary files. */
export async function writeOverride(project: string, services: readonly LiveService[]): Promise<WrittenOverride> {
  // mkdtemp gives the folder mode 0700.
  const folder = await mkdtemp(join(tmpdir(), `docker-livepush-${slugOf(project)}-`));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const override = liveOverride({ project, folder, services });
  const [buildFile, upFile] = [join(folder, 'build.compose.yaml'), join(folder, 'up.compose.yaml')];
  try {
    await Promise.all([
      writeFile(buildFile, override.build),
      writeFile(upFile, override.up),
      ...override.files.map((file) => writeFile(join(folder, file.name), file.text)),
    ]);
  } catch (cause) {
    await dispose();
    throw cause;
  }
  return { folder, buildFile, upFile, override, dispose };
}
