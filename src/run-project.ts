import { liveImageOf } from './compose/image-names.js';
import type { LoadedProject } from './compose/load-project.js';
import { sweepOverrides } from './compose/write-override.js';
import type { Diagnostic } from './diagnostics.js';
import type { Engine } from './docker/engine.js';
import { LivepushError, messageOf } from './errors.js';
import type { EventSink } from './events.js';
import { buildServices, overrideFor, type PlannedService, planService } from './session/build-services.js';
import { Cleanup } from './session/cleanup.js';
import { liveBuilds, loadNamed, openCompose, openEngine, type ProjectOptions } from './session/find-project.js';
import { LogFollower } from './session/follow-logs.js';
import { openSession } from './session/open-session.js';
import { lockFolder, lockProject } from './session/project-lock.js';
import { attach, followService, type Run } from './session/run.js';
import { type LiveModel, liveModel } from './session/service-model.js';
import type { ServiceSession } from './session/service-session.js';
import { sweep } from './session/sweep.js';

export interface RunOptions extends ProjectOptions {
  /** Services to bring up, with what they depend on; empty for all. */
  readonly services: readonly string[];
  /** Services that get pushes; empty for all that are built. */
  readonly live: readonly string[];
  /** False: the images are used as they are. */
  readonly build: boolean;
  /** False: never restart a main process after a push. */
  readonly restart: boolean;
  readonly logs: boolean;
  /** True: the containers go on running at the end. */
  readonly keep: boolean;
  /** True: report plans instead of carrying them out. */
  readonly dryRun: boolean;
  /** Milliseconds without a file event before a push starts. */
  readonly debounceMs: number;
}

/** What a session is given of its surroundings. */
export interface RunContext {
  readonly env: NodeJS.ProcessEnv;
  readonly sink: EventSink;
  /** Ends the session. */
  readonly signal: AbortSignal;
  readonly tmpdir: string;
  readonly homedir: string;
}

/**
 * Brings a compose project up in live mode and keeps its containers up to date until the signal fires; then stops what
 * it started and removes what it made. Throws `LivepushError`, after the same cleaning up.
 */
export async function runProject(options: RunOptions, context: RunContext): Promise<void> {
  const cleanup = new Cleanup();
  try {
    await startProject(options, context, cleanup);
    await aborted(context.signal);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    for (const fault of await cleanup.run()) {
      const message = `Not everything could be cleaned up: ${messageOf(fault)}`;
      context.sink({ type: 'diagnostic', severity: 'warning', code: 'cleanup', message });
    }
    context.sink({ type: 'stopped', reason: reasonOf(context.signal) });
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const reasonOf = ({ aborted: ended, reason }: AbortSignal): string => (ended ? messageOf(reason) : 'failed');

async function startProject(options: RunOptions, context: RunContext, cleanup: Cleanup): Promise<void> {
  const { sink, signal, env, tmpdir } = context;
  const cli = openCompose(options, env);
  const loaded = await loadNamed(cli, options.services);
  const engine = openEngine(options, context);
  cleanup.add(async () => engine.close());
  const [platform, engineId] = await Promise.all([engine.platform(), engine.id()]);
  const { project } = loaded;
  const folder = lockFolder(env, context.homedir);
  const release = await lockProject({ folder, engineId, project: project.name }, 'up');
  cleanup.add(release);
  const models = liveBuilds(loaded, options.live).map((build) => liveModel(build, platform));
  const planned = await Promise.all(models.map((model) => planService(engine, model)));
  const found = [...models, ...planned].flatMap(({ diagnostics }) => diagnostics);
  reportAll(
    sink,
    models.flatMap((model) => [...model.directiveFaults, ...commandNotice(model)]),
  );
  throwOnErrors(reportAll(sink, [...loaded.diagnostics, ...found]));

  await sweep(engine, project.name);
  await sweepOverrides({ project: project.name, tmpdir });
  const written = await overrideFor({ project, tmpdir }, planned);
  cleanup.add(() => written.dispose());
  cleanup.add(() => removeImages(engine, project.name, options.keep ? [] : planned));
  const logs = new LogFollower({ engine, sink, signal, begin: new Date().toISOString() });
  const run: Run = { options, env, cli, engine, project, tmpdir, written, logs, sink, signal };
  const names = project.services.map(({ name }) => name);
  let up = false;
  cleanup.add(async () => (up && !options.keep ? cli.stop({ services: names }) : undefined));

  const sessions = planned.map((service) => openSession(run, service));
  cleanup.add(() => Promise.all(sessions.map((session) => session.close())));
  const [built] = await Promise.all([
    buildServices(run, planned, { written, others: plainBuilds(loaded, planned) }),
    ...sessions.map((session) => session.watch()),
  ]);
  up = true;
  await startServices(run, sessions);
  for (const name of options.logs ? names : []) await followService(run, name);
  for (const [index, session] of sessions.entries()) await attach(run, session, built[index]);
  sink({ type: 'ready', project: project.name, services: sessions.map(({ name }) => name) });
}

/** Live services get new containers: those of an earlier session hold what was pushed then. The others start as compose does. */
async function startServices(
  { cli, written, project, signal }: Run,
  sessions: readonly ServiceSession[],
): Promise<void> {
  const common = { overrides: [written.upFile], noBuild: true, signal };
  const live = sessions.map(({ name }) => name);
  if (live.length > 0) await cli.up({ ...common, services: live, forceRecreate: true });
  const others = project.services.map(({ name }) => name).filter((name) => !live.includes(name));
  if (others.length > 0) await cli.up({ ...common, services: others });
}

/** A live command wins over the service's own: what the user wrote there does not happen. */
function commandNotice({ liveCommand, build }: LiveModel): Diagnostic[] {
  const { name, command } = build.service;
  if (liveCommand === undefined || command === undefined) return [];
  const message = `The live command runs in place of the command of service ${name} in the compose file.`;
  return [{ code: 'command-replaced', severity: 'note', message, file: build.dockerfilePath }];
}

/** Services that are built, but get no pushes. */
function plainBuilds({ project }: LoadedProject, planned: readonly PlannedService[]): string[] {
  const live = new Set(planned.map(({ model }) => model.build.service.name));
  return project.services.filter(({ name, build }) => build !== undefined && !live.has(name)).map(({ name }) => name);
}

/** Reports what there is to say about the user's files, and gives it back. */
function reportAll(sink: EventSink, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  for (const { range, ...diagnostic } of diagnostics) {
    sink({ type: 'diagnostic', ...diagnostic, ...(range && { line: range.line }) });
  }
  return diagnostics;
}

/** Throws `dockerfile` when there is an error: nothing can be built then. */
function throwOnErrors(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return;
  throw new LivepushError('dockerfile', `${errors === 1 ? 'One error' : `${errors} errors`} in the project's files.`, {
    hint: 'Nothing was started. Mend what is listed above, and start again.',
  });
}

/** Images that the session made. A live image may be in use by a stopped container, which keeps it without its name. */
async function removeImages(engine: Engine, project: string, services: readonly PlannedService[]): Promise<void> {
  await sweep(engine, project);
  const live = services.filter(({ model }) => model.live);
  const images = live.map(({ model }) => liveImageOf(project, model.build.service.name));
  await Promise.allSettled(images.map((image) => engine.removeImage(image)));
}
