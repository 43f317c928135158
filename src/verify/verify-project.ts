import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwAwayImage, throwAwayOverride } from '../check-project/throw-away-override.js';
import { liveImageOf } from '../compose/image-names.js';
import { readProject } from '../compose/project.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Engine } from '../docker/engine.js';
import { engineUntil } from '../docker/until-aborted.js';
import type { EventSink } from '../events.js';
import { buildsBefore, overrideFor } from '../session/build-services.js';
import { findDockerFolder } from '../session/docker-folder.js';
import { openEngine } from '../session/find-project.js';
import { openCompose, type ProjectOptions } from '../session/open-compose.js';
import { type ProjectModel, readProjectModel } from '../session/project-model.js';
import { throwOnErrors } from '../session/report-diagnostics.js';
import { runBuild } from '../session/run-build.js';
import { compareAgain, compareServices, differs, type VerifiedService } from './compare-services.js';

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
 * not. Where a path differs, builds once more without the cache: what no two builds have alike is left out. Nothing of the project is changed, and a session may go on beside it. Throws `build-failed` and what a session throws
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
    const removeImages = () => {
      const images = services.flatMap((s) => [liveImageOf(name, s.name), throwAwayImage(name, s.name)]);
      return Promise.allSettled(images.map((image) => opened.removeImage(image)));
    };
    try {
      const build = { ...context, tmpdir, cli: clean, engine };
      await buildClean(model, build);
      const { services: compared, diagnostics } = await compareServices({ own, model }, { engine, signal });
      const doubted = new Set(compared.filter(differs).map(({ service }) => service));
      let verified: readonly VerifiedService[] = compared;
      if (doubted.size > 0) {
        // what was built first would stay without a name
        await removeImages();
        const live = model.live.filter(({ model: { build: of } }) => doubted.has(of.service.name));
        await buildClean({ ...model, live }, { ...build, noCache: true });
        verified = await Promise.all(
          compared.map((each) => (differs(each) ? compareAgain(each, own, { engine, signal }) : each)),
        );
      }
      const told = verified.map(({ service, containers }) => ({ service, containers }));
      return { ok: !told.some(differs), services: told, diagnostics };
    } finally {
      await removeImages();
    }
  } finally {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface BuildContext extends VerifyContext {
  readonly cli: ReturnType<typeof openCompose>;
  readonly engine: Engine;
  readonly noCache?: boolean;
}

async function buildClean(
  model: ProjectModel,
  { cli, engine, noCache = false, ...context }: BuildContext,
): Promise<void> {
  const { sink, signal, tmpdir } = context;
  const { project, live } = model;
  const written = await overrideFor({ ...model, tmpdir }, live);
  try {
    const names = live.map(({ model }) => model.build.service.name);
    const contexts = live.map(({ model }) => model.build.spec.context);
    const how = { cli, engine, project, sink, signal, options: { build: true } };
    const first = buildsBefore(names, { ...model, written });
    await runBuild(how, { written, names, first, helpers: [], contexts, noCache });
  } finally {
    await written.dispose();
  }
}
