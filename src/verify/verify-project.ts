import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwAwayImage, throwAwayOverride } from '../check-project/throw-away-override.js';
import { liveImageOf } from '../compose/image-names.js';
import { locateContainers } from '../compose/locate.js';
import { readProject } from '../compose/project.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Engine } from '../docker/engine.js';
import { engineUntil } from '../docker/until-aborted.js';
import { openImage } from '../engine/lower-layers.js';
import type { EventSink } from '../events.js';
import { findUnattachable } from '../session/attachable.js';
import { buildsBefore, overrideFor } from '../session/build-services.js';
import { findDockerFolder } from '../session/docker-folder.js';
import { openEngine } from '../session/find-project.js';
import { openCompose, type ProjectOptions } from '../session/open-compose.js';
import { type ProjectModel, readProjectModel } from '../session/project-model.js';
import { throwOnErrors } from '../session/report-diagnostics.js';
import { runBuild } from '../session/run-build.js';
import { type Comparison, compareSystems } from './compare-systems.js';
import { type FileSystem, readFileSystem } from './file-system.js';

export interface VerifyOptions extends ProjectOptions {
  /** Services to compare; empty for all that are built. */
  readonly services: readonly string[];
}

export interface VerifyContext {
  readonly env: NodeJS.ProcessEnv;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  readonly tmpdir: string;
  readonly homedir: string;
}

export interface VerifiedContainer extends Comparison {
  readonly containerId: string;
}

export interface VerifiedService {
  readonly service: string;
  readonly containers: readonly VerifiedContainer[];
}

/** What came of it: the services that have containers of the image that pushes go to. */
export interface Verification {
  /** No path differs that pushes should have seen to. */
  readonly ok: boolean;
  readonly services: readonly VerifiedService[];
  /** Services that could not be compared, and why. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Builds each service cleanly, under a name that is thrown away, and compares what is built with its containers, running or
 * not. Nothing of the project is changed, and a session may go on beside it. Throws `build-failed` and what a session throws
 * at its start.
 */
export async function verifyProject(options: VerifyOptions, context: VerifyContext): Promise<Verification> {
  const { env, signal } = context;
  const opened = openEngine(options, context);
  const engine = engineUntil(opened, signal);
  const tmpdir = await findDockerFolder(openCompose(options, env, signal), context, signal).catch((error: unknown) => {
    opened.close();
    throw error;
  });
  const folder = await mkdtemp(join(tmpdir, 'docker-livepush-verify-'));
  const name = `livepush-verify-${randomBytes(4).toString('hex')}`;
  const named = { ...options, projectName: name };
  try {
    const cli = openCompose(options, env, signal);
    const own = await readProjectModel({ cli, engine }, { services: [], live: options.services });
    throwOnErrors(own.diagnostics);
    const base = openCompose(named, env, signal);
    const config = await base.config({ signal });
    const { services } = readProject(config);
    const override = join(folder, 'throw-away.compose.yaml');
    await writeFile(override, throwAwayOverride(config, { project: name, services, baseServices: own.baseServices }), {
      mode: 0o600,
    });
    const files = [...(await base.files()), override];
    const clean = openCompose({ ...named, files }, env, signal);
    const model = await readProjectModel({ cli: clean, engine }, { services: [], live: options.services });
    try {
      await buildClean(model, { ...context, tmpdir, cli: clean, engine });
      return await compareAll({ own, model }, { engine, signal });
    } finally {
      const images = services.flatMap(({ name: service }) => [
        liveImageOf(name, service),
        throwAwayImage(name, service),
      ]);
      await Promise.allSettled(images.map((image) => opened.removeImage(image)));
    }
  } finally {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type BuildContext = VerifyContext & { readonly cli: ReturnType<typeof openCompose>; readonly engine: Engine };

async function buildClean(model: ProjectModel, { cli, engine, ...context }: BuildContext): Promise<void> {
  const { sink, signal, tmpdir } = context;
  const { project, live } = model;
  const written = await overrideFor({ ...model, tmpdir }, live);
  try {
    const names = live.map(({ model }) => model.build.service.name);
    const contexts = live.map(({ model }) => model.build.spec.context);
    const how = { cli, engine, project, sink, signal, options: { build: true } };
    const first = buildsBefore(names, { ...model, written });
    await runBuild(how, { written, names, first, helpers: [], contexts });
  } finally {
    await written.dispose();
  }
}

interface Models {
  /** The project as it runs. */
  readonly own: ProjectModel;
  /** The same under the name that is thrown away. */
  readonly model: ProjectModel;
}

async function compareAll(
  { own, model }: Models,
  { engine, signal }: { engine: Engine; signal: AbortSignal },
): Promise<Verification> {
  const services: VerifiedService[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { model: live } of own.live) {
    const { name } = live.build.service;
    const fault = await findUnattachable(engine, own.project, live);
    if (fault) {
      diagnostics.push({ ...fault, service: name });
      continue;
    }
    const image = live.live ? liveImageOf(model.project.name, name) : throwAwayImage(model.project.name, name);
    const look = { engine, signal, labels: { 'docker-livepush': own.project.name, 'docker-livepush.service': name } };
    const containers = await locateContainers(engine, own.project.name, name);
    const clean = await readImage(image, look);
    const found: VerifiedContainer[] = [];
    for (const { id } of containers) found.push(await compareContainer(id, clean, look));
    services.push({ service: name, containers: found });
  }
  const ok = services.every(({ containers }) => containers.every(({ differences }) => differences.length === 0));
  return { ok, services, diagnostics };
}

interface Look {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly labels: Readonly<Record<string, string>>;
}

async function compareContainer(id: string, clean: FileSystem, look: Look): Promise<VerifiedContainer> {
  const container = look.engine.container(id);
  const { imageId, mounts } = await container.inspect();
  const [now, image] = [await readFileSystem(container, look.signal), await readImage(imageId, look)];
  return { containerId: id, ...compareSystems({ container: now, image, clean, mounts }) };
}

async function readImage(image: string, { engine, signal, labels }: Look): Promise<FileSystem> {
  const container = await openImage(engine, { image, stage: 0, labels });
  try {
    return await readFileSystem(container, signal);
  } finally {
    await container.remove();
  }
}
