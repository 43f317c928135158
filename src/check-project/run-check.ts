import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { liveImageOf } from '../compose/image-names.js';
import { locateContainers } from '../compose/locate.js';
import { readProject } from '../compose/project.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Engine } from '../docker/engine.js';
import { rangeOfLines } from '../dockerfile/ranges.js';
import { LivepushError, messageOf } from '../errors.js';
import type { EventSink } from '../events.js';
import { findDockerFolder } from '../session/docker-folder.js';
import { openEngine } from '../session/find-project.js';
import { noteFolder } from '../session/note-folder.js';
import { openCompose, type ProjectOptions } from '../session/open-compose.js';
import { openRun } from '../session/open-run.js';
import { readProjectModel } from '../session/project-model.js';
import { ProjectSession } from '../session/project-session.js';
import type { LiveModel } from '../session/service-model.js';
import type { ServiceSession } from '../session/service-session.js';
import { judgePush } from './judge-push.js';
import { ObservedRun } from './observed-run.js';
import { probesFor } from './probe-paths.js';
import { throwAwayImage, throwAwayOverride } from './throw-away-override.js';

/** What to try on the engine. */
export interface TrialOptions extends ProjectOptions {
  /** Services to try, with what they depend on; empty for all. */
  readonly services: readonly string[];
  /** True: starts the project and pushes too. False: builds alone. */
  readonly run: boolean;
  /** Milliseconds for all of it. */
  readonly timeoutMs: number;
}

/** What a trial is given of its surroundings. */
export interface TrialContext {
  readonly env: NodeJS.ProcessEnv;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  readonly tmpdir: string;
  readonly homedir: string;
}

/** How long a service has to stay up, in milliseconds. */
const STAY_UP_MS = 1500;
/** How long containers may take to stop at the end, in seconds. */
const STOP_SECONDS = 2;

/**
 * Builds a project under a throw-away name and, if asked for, starts it, pushes into its live services, and looks whether
 * they go on. What goes wrong is given as diagnostics; all that was made is removed. Throws what is no fault of the project.
 */
export async function tryProject(options: TrialOptions, context: TrialContext): Promise<Diagnostic[]> {
  const project = `livepush-check-${randomBytes(4).toString('hex')}`;
  const limit = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([context.signal, limit]);
  const observed = new ObservedRun(context.sink);
  const named = { ...options, projectName: project };
  const base = openCompose(named, context.env, signal);
  const tmpdir = await findDockerFolder(base, context, signal);
  const engine = openEngine(options, context);
  const folder = await mkdtemp(join(tmpdir, 'docker-livepush-check-'));
  try {
    const config = await base.config({ services: options.services, signal });
    const { services } = readProject(config);
    const cli = openCompose(options, context.env, signal);
    const { baseServices } = await readProjectModel({ cli, engine }, { services: options.services, live: [] });
    const override = join(folder, 'throw-away.compose.yaml');
    await writeFile(override, throwAwayOverride(config, { project, services, baseServices }));
    const files = [...(await base.files()), override];
    const trial = new Trial(
      { ...named, files },
      { ...context, tmpdir, signal, sink: observed.sink },
      { engine, observed },
    );
    try {
      return await trial.run();
    } finally {
      await trial.remove(services.map(({ name }) => name));
    }
  } catch (error) {
    if (context.signal.aborted || !limit.aborted) throw error;
    const message = `The project was not done after ${options.timeoutMs / 1000} s.`;
    return [
      {
        code: 'timed-out',
        severity: 'error',
        message,
        hint: 'Give it more with --timeout.',
        details: observed.lastLines(),
      },
    ];
  } finally {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface TrialParts {
  readonly engine: Engine;
  readonly observed: ObservedRun;
}

/** One throw-away project, from its build to its removal. */
class Trial {
  readonly #options: TrialOptions & { readonly projectName: string };
  readonly #context: TrialContext;
  readonly #parts: TrialParts;

  constructor(options: TrialOptions & { readonly projectName: string }, context: TrialContext, parts: TrialParts) {
    this.#options = options;
    this.#context = context;
    this.#parts = parts;
  }

  async run(): Promise<Diagnostic[]> {
    const { env, sink, signal, tmpdir, homedir } = this.#context;
    const { services, run } = this.#options;
    const { engine, observed } = this.#parts;
    const settings = {
      services,
      live: [],
      build: true,
      buildCache: false,
      restart: true,
      logs: true,
      keep: true,
      notes: false,
      dryRun: false,
      debounceMs: 15,
    };
    const opened = openRun({ ...this.#options, ...settings }, { env, tmpdir, homedir, sink, signal }, engine);
    const session = await ProjectSession.open(opened, { folder: noteFolder(env, homedir), command: 'check' });
    try {
      const build = await faultsOf(
        () => session.build(),
        (message) => this.#buildFailures(session, message),
      );
      if (build.length > 0 || !run) return build;
      const start = await faultsOf(
        async () => {
          await session.up();
          // compose may make containers anew while it waits: they are attached to after that, and their output is read then
          const failure: unknown = await session.wait().then(
            () => undefined,
            (error: unknown) => error,
          );
          signal.throwIfAborted();
          await session.attach();
          await delay(STAY_UP_MS, undefined, { signal });
          if (failure !== undefined) throw failure;
        },
        (message) => this.#startFailures(session, message),
      );
      if (start.length > 0) return start;
      const ended = await this.#ended(session, 'did not stay up');
      if (ended.length > 0) return ended;
      const pushed = await Promise.all(session.sessions.map((service) => this.#push(service)));
      await delay(STAY_UP_MS, undefined, { signal });
      return [...pushed.flat(), ...(await this.#ended(session, 'did not stay up after a push'))];
    } finally {
      await session.close();
      for (const { name } of session.sessions) observed.takePush(name);
    }
  }

  /** Pushes what changes nothing, and tells what should have come of it and did not. */
  async #push(service: ServiceSession): Promise<Diagnostic[]> {
    const { observed } = this.#parts;
    const found: Diagnostic[] = [];
    for (const probe of probesFor(service.tree, service.stages)) {
      observed.takePush(service.name);
      await service.pushAgain(probe.paths);
      this.#context.signal.throwIfAborted();
      found.push(...judgePush(service.name, probe, observed.takePush(service.name)));
      if (found.length > 0) break;
    }
    return found.map((diagnostic) => ({ file: service.model.build.dockerfilePath, ...diagnostic }));
  }

  /** The live services with a container that does not run. */
  async #ended(session: ProjectSession, what: string): Promise<Diagnostic[]> {
    const { engine, observed } = this.#parts;
    const found = session.sessions.map(async ({ name, model }): Promise<Diagnostic[]> => {
      const containers = await locateContainers(engine, session.project.name, name);
      const infos = await Promise.all(containers.map(({ id }) => engine.container(id).inspect()));
      const exitCode = infos.find(({ running }) => !running)?.exitCode ?? observed.exitCode(name);
      if (exitCode === undefined && infos.length > 0) return [];
      const code = exitCode === undefined ? '' : `: it ended with code ${exitCode}`;
      const message = `Service ${name} ${what}${code}.`;
      const details = [...observed.logs(name)];
      return [{ code: 'service-ended', severity: 'error', message, service: name, ...placeOf(model), details }];
    });
    return (await Promise.all(found)).flat();
  }

  #buildFailures(session: ProjectSession, message: string): Diagnostic[] {
    const { observed } = this.#parts;
    const hasFailed = (name: string): boolean =>
      observed.buildOutput(name).some((line) => /^#\d+ ERROR|^failed to/.test(line));
    const model = session.sessions.find(({ name }) => hasFailed(name))?.model;
    const details = model === undefined ? observed.lastLines() : [...observed.buildOutput(model.build.service.name)];
    const of = model && { service: model.build.service.name, file: model.build.dockerfilePath };
    return [{ code: 'build-failed', severity: 'error', message, ...of, details }];
  }

  /** Compose says which container ended; what it printed says why. */
  async #startFailures(session: ProjectSession, said: string): Promise<Diagnostic[]> {
    const { observed } = this.#parts;
    const ended = await this.#ended(session, 'did not start');
    if (ended.length > 0) return ended;
    const own = `${session.project.name}-`;
    const service = session.project.services.find(({ name }) => said.includes(`${own}${name}-`))?.name;
    const details = service === undefined ? observed.lastLines() : [...observed.logs(service)];
    const message = said.replaceAll(own, '');
    return [{ code: 'start-failed', severity: 'error', message, ...(service !== undefined && { service }), details }];
  }

  /** Removes containers, networks, volumes and images, whatever has become of the run. */
  async remove(services: readonly string[]): Promise<void> {
    const { env } = this.#context;
    const { engine } = this.#parts;
    const project = this.#options.projectName;
    await openCompose(this.#options, env, undefined).down({
      volumes: true,
      removeOrphans: true,
      timeout: STOP_SECONDS,
    });
    const images = services.flatMap((name) => [liveImageOf(project, name), throwAwayImage(project, name)]);
    await Promise.allSettled(images.map((image) => engine.removeImage(image)));
  }
}

/** Runs something, and gives what is to be said when the project is to blame for its failure. */
async function faultsOf(
  work: () => Promise<void>,
  tell: (message: string) => Diagnostic[] | Promise<Diagnostic[]>,
): Promise<Diagnostic[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof LivepushError) || !['build-failed', 'up-failed'].includes(error.code)) throw error;
    return tell(messageOf(error));
  }
}

/** The live command of a service, else its Dockerfile. */
function placeOf({ build, liveCommand }: LiveModel): Pick<Diagnostic, 'file' | 'range'> {
  const { dockerfilePath: file, dockerfileText } = build;
  if (liveCommand === undefined) return { file };
  const { line } = liveCommand;
  return { file, range: rangeOfLines(dockerfileText.split(/\r?\n/), { line, endLine: line }) };
}
