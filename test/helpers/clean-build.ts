import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Container, Engine } from '../../src/docker/engine.js';
import { docker } from './docker-command.js';
import { type FileSystem, readFileSystem } from './file-system.js';
import { testLabel } from './real-container.js';

const execute = promisify(execFile);

export interface BuildInput {
  /** Absolute path of the build context. */
  readonly context: string;
  /** Text of the live Dockerfile: that in the context may be another. */
  readonly dockerfile: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
  /** Text of `<Dockerfile>.dockerignore`; the context's `.dockerignore` counts when left out. */
  readonly ignore?: string;
  /** Further flags of `docker build`. */
  readonly flags?: readonly string[];
}

export type BuildResult =
  | { readonly ok: true; readonly image: string }
  /** What BuildKit says. */
  | { readonly ok: false; readonly reason: string };

/**
 * Builds a context as it is now; layers come from the cache where nothing changed. The caller removes the image.
 *
 * It is built from a copy: in a context that it knows by its base name, BuildKit does not notice the new mode of a directory.
 */
export async function cleanBuild(input: BuildInput): Promise<BuildResult> {
  const { context, dockerfile, args = {}, target, ignore, flags = [] } = input;
  const folder = await mkdtemp(join(tmpdir(), 'livepush-clean-'));
  try {
    const file = join(folder, 'Dockerfile');
    const copy = join(folder, basename(folder));
    await execute('cp', ['-a', context, copy]);
    await writeFile(file, dockerfile);
    if (ignore !== undefined) await writeFile(`${file}.dockerignore`, ignore);
    const given = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    const wanted = target === undefined ? [] : ['--target', target];
    // a name of its own: equal builds, of whoever else builds here, have the same id, and it would be removed under them
    const image = `${basename(folder).toLowerCase()}:clean`;
    const options = ['--quiet', '--tag', image, '--file', file, ...given, ...wanted, ...flags];
    const { code, stderr } = await docker('build', ...options, copy);
    return code === 0 ? { ok: true, image } : { ok: false, reason: stderr.trim() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes a container of an image, does not start it, hands it over, and removes it. */
export async function withCreated<Result>(
  engine: Engine,
  image: string,
  use: (container: Container) => Promise<Result>,
): Promise<Result> {
  const command = { entrypoint: ['/never-started'], command: [], user: '', init: false };
  const container = engine.container(await engine.createContainer({ image, ...command, labels: { [testLabel]: '' } }));
  try {
    return await use(container);
  } finally {
    await container.remove();
  }
}

/** The file system of an image. */
export const imageFileSystem = (engine: Engine, image: string): Promise<FileSystem> =>
  withCreated(engine, image, readFileSystem);

/** Builds a context cleanly, and gives the file system that its containers start with. Throws when the build fails. */
export async function cleanFileSystem(engine: Engine, input: BuildInput): Promise<FileSystem> {
  const built = await cleanBuild(input);
  if (!built.ok) throw new Error(built.reason);
  try {
    return await imageFileSystem(engine, built.image);
  } finally {
    await engine.removeImage(built.image);
  }
}
