import type { BuildSpec } from './compose/build-spec.js';
import { composeCli } from './compose/compose-cli.js';
import type { ComposeCli } from './compose/compose-requests.js';
import { liveImageOf } from './compose/image-names.js';
import { type LoadedProject, loadProject } from './compose/load-project.js';
import { locateContainers } from './compose/locate.js';
import type { WrittenOverride } from './compose/write-override.js';
import type { Diagnostic } from './diagnostics.js';
import type { Engine } from './docker/engine.js';
import { connectEngine } from './docker/engine-client.js';
import { LivepushError, messageOf } from './errors.js';
import type { EventSink } from './events.js';
import {
  type BuildContext,
  type BuiltService,
  buildServices,
  overrideFor,
  type PlannedService,
  planService,
} from './session/build-services.js';
import { Cleanup } from './session/cleanup.js';
import { LogFollower } from './session/follow-logs.js';
import { readSecret } from './session/read-secret.js';
import { liveModel } from './session/service-model.js';
import { ServiceSession } from './session/service-session.js';
import { sweep } from './session/sweep.js';

export interface RunOptions {
  /** Absolute path of the folder that compose looks for its files in. */
  readonly cwd: string;
  /** As `-f` takes them; empty to let compose look for its files. */
  readonly files: readonly string[];
  readonly projectName?: string;
  readonly projectDirectory?: string;
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
  /** As `docker --context`. */
  readonly dockerContext?: string;
  /** As `docker --host`. */
  readonly dockerHost?: string;
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
  const { sink, signal } = context;
  const cli = composeCli(composeOptions(options, context));
  const loaded = await loadProject(cli, options.services);
  const engine = connectEngine(endpointOptions(options, context));
  cleanup.add(async () => engine.close());
  await engine.ping();
  const { project } = loaded;
  const builds = liveBuilds(loaded, options);
  const models = builds.map(liveModel);
  reportAll(sink, [...loaded.diagnostics, ...models.flatMap(({ diagnostics }) => diagnostics)]);

  await sweep(engine, project.name);
  const planned = await Promise.all(models.map((model) => planService(engine, model)));
  const build: BuildContext = { cli, engine, project: project.name, sink, signal, build: options.build };
  const written = await overrideFor(project, planned);
  cleanup.add(() => written.dispose());
  cleanup.add(() => removeImages(engine, project.name, options.keep ? [] : planned));
  const logs = new LogFollower({ engine, sink, signal });
  const run: Run = {
    options,
    cli,
    engine,
    build,
    written,
    logs,
    loaded,
    env: context.env,
    project: project.name,
    sink,
    signal,
  };

  const sessions = new Map(planned.map((service) => [service, sessionOf(run, service)] as const));
  cleanup.add(() => Promise.all(Array.from(sessions.values(), (session) => session.close())));
  const others = plainBuilds(loaded, planned);
  const [built] = await Promise.all([
    buildServices(build, planned, { written, others }),
    ...Array.from(sessions.values(), (session) => session.watch()),
  ]);
  const names = project.services.map(({ name }) => name);
  if (!options.keep) cleanup.add(() => cli.stop({ services: names }));
  const since = new Date().toISOString();
  await cli.up({ overrides: [written.upFile], services: names, noBuild: true, signal });
  for (const name of options.logs ? names : []) await followService(run, name, since);
  for (const [index, session] of [...sessions.values()].entries()) await attach(run, session, built[index]);
  sink({ type: 'ready', project: project.name, services: Array.from(sessions.values(), ({ name }) => name) });
}

interface Run {
  readonly options: RunOptions;
  readonly cli: ComposeCli;
  readonly engine: Engine;
  readonly build: BuildContext;
  readonly written: WrittenOverride;
  readonly logs: LogFollower;
  readonly loaded: LoadedProject;
  readonly env: NodeJS.ProcessEnv;
  readonly project: string;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

const composeOptions = (options: RunOptions, { env, signal: _ }: RunContext) => ({
  cwd: options.cwd,
  files: options.files,
  projectName: options.projectName,
  projectDirectory: options.projectDirectory,
  profiles: options.profiles,
  envFiles: options.envFiles,
  dockerGlobalArgs: [
    ...(options.dockerContext === undefined ? [] : ['--context', options.dockerContext]),
    ...(options.dockerHost === undefined ? [] : ['--host', options.dockerHost]),
  ],
  env,
});

const endpointOptions = ({ dockerContext, dockerHost }: RunOptions, { env, homedir }: RunContext) => ({
  env,
  homedir,
  ...(dockerContext !== undefined && { context: dockerContext }),
  ...(dockerHost !== undefined && { host: dockerHost }),
});

/** The built services that get pushes. Throws `usage` for a name in the filter that is none. */
function liveBuilds({ project, builds }: LoadedProject, { live }: RunOptions) {
  const unknown = live.filter((name) => !project.services.some((service) => service.name === name));
  if (unknown.length > 0) {
    const there = project.services.map(({ name }) => name).join(', ');
    throw new LivepushError('usage', `There is no service ${unknown.join(', ')}.`, { hint: `There is: ${there}.` });
  }
  return builds.filter(({ service }) => live.length === 0 || live.includes(service.name));
}

/** Services that are built, but get no pushes. */
function plainBuilds({ project }: LoadedProject, planned: readonly PlannedService[]): string[] {
  const live = new Set(planned.map(({ model }) => model.build.service.name));
  return project.services.filter(({ name, build }) => build !== undefined && !live.has(name)).map(({ name }) => name);
}

/** Reports what is wrong with the user's files, and throws `dockerfile` when nothing can be built of them. */
function reportAll(sink: EventSink, diagnostics: readonly Diagnostic[]): void {
  for (const { range, ...diagnostic } of diagnostics) {
    sink({ type: 'diagnostic', ...diagnostic, ...(range && { line: range.line }) });
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    throw new LivepushError(
      'dockerfile',
      `${errors === 1 ? 'One error' : `${errors} errors`} in the project's files.`,
      {
        hint: 'Nothing was started. Mend what is listed above, and start again.',
      },
    );
  }
}

const sessionOf = (run: Run, { model, stages }: PlannedService): ServiceSession => {
  const { options, engine, signal } = run;
  const sink: EventSink = (event) => {
    run.sink(event);
    if (event.type === 'containerRestart') run.logs.restarted(event.containerId, new Date().toISOString());
  };
  const { restart, dryRun, debounceMs } = options;
  const rebuild = (session: ServiceSession, reason: string) => rebuildService(run, session, reason);
  const secret = (spec: BuildSpec, id: string) => readSecret(spec, id, run.env);
  const common = { model, engine, restart, dryRun, debounceMs, sink, signal };
  return new ServiceSession({ ...common, secret, rebuild }, stages);
};

async function followService(run: Run, service: string, since: string): Promise<void> {
  for (const { id } of await locateContainers(run.engine, run.project, service)) run.logs.follow(service, id, since);
}

async function attach(run: Run, session: ServiceSession, built: BuiltService | undefined): Promise<void> {
  if (!built) throw new LivepushError('internal', `Service ${session.name} was not built.`);
  const containers = await locateContainers(run.engine, run.project, session.name);
  await session.attach({ ...built, containerIds: containers.map(({ id }) => id) });
}

/** Builds one service anew and puts new containers in place of its old ones; a build that fails leaves these running. */
async function rebuildService(run: Run, session: ServiceSession, reason: string): Promise<void> {
  const { sink, engine, cli, signal } = run;
  const started = performance.now();
  const service = session.name;
  sink({ type: 'rebuildStart', service, reason });
  const end = (ok: boolean) => {
    sink({ type: 'rebuildEnd', service, ok, durationMs: Math.round(performance.now() - started) });
  };
  try {
    await session.detach();
    session.forgetEarly();
    const planned = await planService(engine, session.model);
    const written = await overrideFor(run.loaded.project, [planned]);
    try {
      const since = new Date().toISOString();
      const [built] = await buildServices(run.build, [planned], { written, others: [] });
      const up = { services: [service], noBuild: true, noDeps: true, forceRecreate: true, signal };
      await cli.up({ ...up, overrides: [run.written.upFile] });
      if (run.options.logs) await followService(run, service, since);
      await attach(run, session, built);
      end(true);
    } finally {
      await written.dispose();
    }
  } catch (error) {
    end(false);
    if (signal.aborted) return;
    session.rebuildFailed(reason);
    const hint = 'The old container goes on running; the next save tries again.';
    sink({ type: 'diagnostic', service, severity: 'error', code: 'rebuild-failed', message: messageOf(error), hint });
  }
}

/** Images that the session made. A live image may be in use by a stopped container, which keeps it without its name. */
async function removeImages(engine: Engine, project: string, services: readonly PlannedService[]): Promise<void> {
  await sweep(engine, project);
  const live = services
    .filter(({ model }) => model.live)
    .map(({ model }) => liveImageOf(project, model.build.service.name));
  await Promise.allSettled(live.map((image) => engine.removeImage(image)));
}
