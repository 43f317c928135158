import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { slugOf } from './image-names.js';
import { type LiveOverride, type LiveOverrideInput, liveOverride, type ServiceCommand } from './live-override.js';
import type { LiveService } from './live-service.js';

export interface WrittenOverride {
  /** Absolute path of the folder; only its owner can read it. */
  readonly folder: string;
  /** Absolute path of the compose file to build with. */
  readonly buildFile: string;
  /** Absolute path of the compose file to run with. */
  readonly upFile: string;
  readonly override: LiveOverride;
  /** Writes another compose file to build with: what is built beside the services gets all of their contexts. Its path. */
  writeWhole(): Promise<string>;
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
  contextImages: LiveOverrideInput['contextImages'] = new Map(),
): Promise<WrittenOverride> {
  // mkdtemp gives the folder mode 0700.
  const folder = await mkdtemp(join(tmpdir, prefixOf(project)));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const override = liveOverride({ project, folder, services, contextImages });
  const upFile = join(folder, 'up.compose.yaml');
  let buildFile: string;
  try {
    await writeFile(join(folder, OWNER), owner);
    await writeFile(upFile, override.up);
    buildFile = await writeBuild(folder, override);
  } catch (cause) {
    await dispose();
    throw cause;
  }
  const setCommands = (commands: ReadonlyMap<string, ServiceCommand>): Promise<void> =>
    writeFile(upFile, liveOverride({ project, folder, services, commands }).up);
  const writeWhole = async (): Promise<string> => {
    const inner = join(folder, 'whole');
    await mkdir(inner, { recursive: true });
    return writeBuild(inner, liveOverride({ project, folder: inner, services, contextImages, whole: true }));
  };
  return { folder, buildFile, upFile, override, writeWhole, setCommands, dispose };
}

/** Writes the compose file to build with and what it names; its path. */
async function writeBuild(folder: string, { build, files }: LiveOverride): Promise<string> {
  const file = join(folder, 'build.compose.yaml');
  await Promise.all(
    [{ name: 'build.compose.yaml', text: build }, ...files].map(({ name, text }) =>
      writeFile(join(folder, name), text),
    ),
  );
  return file;
}

/** Removes the override folders of a project whose process was killed. */
export async function sweepOverrides(
  { project, tmpdir }: Omit<OverridePlace, 'owner'>,
  isGone: (owner: string) => Promise<boolean>,
): Promise<void> {
  const prefix = prefixOf(project);
  const names = (await readdir(tmpdir).catch((): string[] => [])).filter(
    (name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('-'),
  );
  for (const name of names) {
    const owner = await readFile(join(tmpdir, name, OWNER), 'utf8').catch(() => undefined);
    if (owner !== undefined && (await isGone(owner))) await rm(join(tmpdir, name), { recursive: true, force: true });
  }
}
