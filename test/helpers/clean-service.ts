import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container } from '../../src/docker/engine.js';
import { makeLive } from '../../src/dockerfile/live.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { cleanBuild, withCreated } from './clean-build.js';
import { differences, readFileSystem } from './file-system.js';
import type { UpProject } from './up-project.js';

/** A service of a project, and what it is built from. */
export interface BuiltFrom {
  readonly service: string;
  /** The build context, below the project's folder. */
  readonly context: string;
  /** In the context. */
  readonly dockerfile: string;
}

/** The services of `compose-examples/multi`. */
export const servicesOfMulti: readonly BuiltFrom[] = [
  { service: 'site', context: 'site', dockerfile: 'Dockerfile' },
  { service: 'api', context: 'backend', dockerfile: 'api.Dockerfile' },
  { service: 'worker', context: 'backend', dockerfile: 'worker.Dockerfile' },
];

/** All that the Dockerfiles of the example write goes there; below lies a large image that nothing changes. */
const ROOT = '/app';

/** How the containers of a service differ from a clean build of its files as they are: one line for each path. */
export async function cleanDifferences(project: UpProject, from: BuiltFrom): Promise<string[]> {
  const context = join(project.folder, from.context);
  const text = await readFile(join(context, from.dockerfile), 'utf8');
  const { dockerfile } = parseDockerfile(text, from.dockerfile);
  const ignore = await readFile(join(context, `${from.dockerfile}.dockerignore`), 'utf8').catch(() => undefined);
  const own = ignore !== undefined && { ignore };
  const built = await cleanBuild({ context, dockerfile: makeLive(dockerfile, {}).text, ...own });
  if (!built.ok) throw new Error(built.reason);
  try {
    const read = (container: Container) => readFileSystem(container, ROOT);
    const expected = await withCreated(project.engine, built.image, read);
    const containers = await project.containers(from.service);
    return (await Promise.all(containers.map(read))).flatMap((found) => differences(expected, found));
  } finally {
    await project.engine.removeImage(built.image);
  }
}
