import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { composeCli } from '../../src/compose/compose-cli.js';
import type { ComposeCli, ComposeCliOptions } from '../../src/compose/compose-requests.js';
import { connectEngine } from '../../src/docker/connect-engine.js';
import type { Engine } from '../../src/docker/engine.js';

/** A compose project in a folder of its own, under a name of its own. */
export interface TempProject {
  readonly folder: string;
  readonly name: string;
  cli(options?: Partial<ComposeCliOptions>): ComposeCli;
}

/** Writes the files (by path in the folder). What the project made in the engine goes away after the test. */
export async function makeProject(t: ExecutionContext, files: Record<string, string>): Promise<TempProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'lpc-e2e-')));
  const name = `lpc-${randomBytes(4).toString('hex')}`;
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const cli = (options: Partial<ComposeCliOptions> = {}): ComposeCli =>
    composeCli({
      ...{ cwd: folder, files: [], projectName: name, profiles: [], envFiles: [], dockerGlobalArgs: [] },
      env: process.env,
      ...options,
    });
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return { folder, name, cli };
}

/** The engine, with the containers and images of a project removed after the test. */
export async function connectFor(t: ExecutionContext, { name }: TempProject): Promise<Engine> {
  const engine = connectEngine({ env: process.env, homedir: homedir() });
  // Compose puts this label on images that it builds, too.
  const label = `com.docker.compose.project=${name}`;
  t.teardown(async () => {
    for (const { id } of await engine.listContainers([label])) await engine.container(id).remove();
    for (const image of await engine.listImages([label])) await engine.removeImage(image);
    engine.close();
  });
  await engine.ping();
  return engine;
}

/** The content of a file of an image, or undefined when it is not there. */
export async function readInImage(engine: Engine, image: string, path: string): Promise<string | undefined> {
  const id = await engine.createContainer({
    ...{ image, entrypoint: ['sleep'], command: ['60'], user: '', labels: { 'lpc-e2e': '' }, init: true },
  });
  const container = engine.container(id);
  try {
    if ((await container.stat(path)) === undefined) return undefined;
    await container.start();
    const { stdout, stderr } = await container.exec({ argv: ['cat', path] });
    stderr.resume();
    return await text(stdout);
  } finally {
    await container.remove();
  }
}
