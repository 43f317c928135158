import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { slugOf } from './image-names.js';
import { type LiveOverride, type LiveService, liveOverride, type ServiceCommand } from './live-override.js';

export interface WrittenOverride {
  /** Absolute path of the folder; only its owner can read it. */
  readonly folder: string;
  /** Absolute path of the compose file to build with. */
  readonly buildFile: string;
  /** Absolute path of the compose file to run with. */
  readonly upFile: string;
  readonly override: LiveOverride;
  /** Sets what services run in `upFile`, once that is known. */
  setCommands(commands: ReadonlyMap<string, ServiceCommand>): Promise<void>;
  /** Removes the folder. */
  dispose(): Promise<void>;
}

/** Whose override it is, and where it goes. */
export interface OverridePlace {
  readonly project: string;
  /** Folder for temporary files. */
  readonly tmpdir: string;
  /** The process that uses it, in words that no later process has: with it gone, the folder is a leftover. */
  readonly owner: string;
}

const prefixOf = (project: string): string => `docker-livepush-${slugOf(project)}-`;

/** Name of the file that says which process an override folder belongs to. */
const OWNER = 'owner';

/** Writes the override of these services to a fresh folder. */
export async function writeOverride(
  { project, tmpdir, owner }: OverridePlace,
  services: readonly LiveService[],
): Promise<WrittenOverride> {
  // mkdtemp gives the folder mode 0700.
  const folder = await mkdtemp(join(tmpdir, prefixOf(project)));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const override = liveOverride({ project, folder, services });
  const [buildFile, upFile] = [join(folder, 'build.compose.yaml'), join(folder, 'up.compose.yaml')];
  try {
    await Promise.all([
      writeFile(join(folder, OWNER), owner),
      writeFile(buildFile, override.build),
      writeFile(upFile, override.up),
      ...override.files.map((file) => writeFile(join(folder, file.name), file.text)),
    ]);
  } catch (cause) {
    await dispose();
    throw cause;
  }
  const setCommands = (commands: ReadonlyMap<string, ServiceCommand>): Promise<void> =>
    writeFile(upFile, liveOverride({ project, folder, services, commands }).up);
  return { folder, buildFile, upFile, override, setCommands, dispose };
}

/** Removes the override folders of a project whose process was killed. */
export async function sweepOverrides(
  { project, tmpdir }: Omit<OverridePlace, 'owner'>,
  isGone: (owner: string) => Promise<boolean>,
): Promise<void> {
  const prefix = prefixOf(project);
  const names = (await readdir(tmpdir)).filter(
    (name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('-'),
  );
  for (const name of names) {
    const owner = await readFile(join(tmpdir, name, OWNER), 'utf8').catch(() => undefined);
    if (owner !== undefined && (await isGone(owner))) await rm(join(tmpdir, name), { recursive: true, force: true });
  }
}
