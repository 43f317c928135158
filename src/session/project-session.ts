import { liveImageOf } from '../compose/image-names.js';
import { locateContainers } from '../compose/locate.js';
import type { Project } from '../compose/project.js';
import { sweepOverrides, type WrittenOverride } from '../compose/write-override.js';
import { LivepushError, messageOf } from '../errors.js';
import type { EventSink } from '../events.js';
import { type BuiltService, buildServices, overrideFor, planService } from './build-services.js';
import { Cleanup } from './cleanup.js';
import type { SessionControl } from './control.js';
import { LogFollower } from './follow-logs.js';
import { openSession } from './open-session.js';
import { lockProject } from './project-lock.js';
import { type ProjectModel, readProjectModel } from './project-model.js';
import { reportDiagnostics, throwOnErrors } from './report-diagnostics.js';
import type { Run } from './run.js';
import type { ServiceSession } from './service-session.js';
import { type ServiceRestart, superviseServices } from './supervise-services.js';
import { sweep } from './sweep.js';

interface Opened {
  readonly model: ProjectModel;
  readonly written: WrittenOverride;
  readonly unlock: () => Promise<void>;
}

/**
 * One project that is kept live: its services, from the files they are made of to the containers they run in. Each command
 * goes through the steps it needs (`build`, `up`, `attach`), and closes the session at its end.
 */
export class ProjectSession implements SessionControl {
  readonly #run: Run;
  readonly #model: ProjectModel;
  readonly #logs: LogFollower;
  readonly #services = new Map<string, ServiceSession>();
  /** The override files that the project runs with. */
  readonly #written: WrittenOverride;
  readonly #unlock: () => Promise<void>;
  readonly #built = new Map<string, BuiltService>();
  readonly #restarts = new Map<string, ServiceRestart>();
  #started = false;
  #paused = false;

  /**
   * Reads the project, locks it, clears away what a killed session left, and opens a session for each live service; nothing
   * is built or followed yet. Throws `LivepushError`: `project-held`, `dockerfile` for faults in the user's files, which are
   * reported, …
   */
  static async open(run: Run, lock: { folder: string; command: string }): Promise<ProjectSession> {
    const { engine, sink, tmpdir } = run;
    const model = await readProjectModel(run, run.options);
    const { project, live } = model;
    const subject = { folder: lock.folder, engineId: await engine.id(), project: project.name };
    const unlock = await lockProject(subject, lock.command);
    try {
      reportDiagnostics(sink, model.diagnostics);
      throwOnErrors(model.diagnostics);
      await sweep(engine, project.name);
      await sweepOverrides({ project: project.name, tmpdir });
      return new ProjectSession(run, { model, written: await overrideFor({ project, tmpdir }, live), unlock });
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  private constructor(run: Run, { model, written, unlock }: Opened) {
    this.#model = model;
    this.#written = written;
    this.#unlock = unlock;
    const { engine, signal } = run;
    this.#logs = new LogFollower({ engine, sink: run.sink, signal, begin: new Date().toISOString() });
    const sink: EventSink = (event) => {
      const taken = run.sink(event);
      // only with its container does a process end its log
      if (event.type === 'containerRestart' && event.method === 'container')
        this.#logs.follow(event.service, event.containerId);
      return taken;
    };
    this.#run = { ...run, sink };
    for (const planned of model.live) {
      const session = openSession(this.#run, planned, (_, reason) => this.#rebuild(session, reason));
      this.#services.set(session.name, session);
    }
  }

  get project(): Project {
    return this.#model.project;
  }

  get services(): readonly string[] {
    return [...this.#services.keys()];
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Builds what is to run and what pushes need, and follows the files from before the build on. Throws `build-failed`. */
  async build(): Promise<void> {
    const { project, live, plain } = this.#model;
    const context = { ...this.#run, project };
    const [built] = await Promise.all([
      buildServices(context, live, { written: this.#written, others: plain }),
      ...Array.from(this.#services.values(), (session) => session.watch()),
    ]);
    for (const service of built) this.#built.set(service.model.build.service.name, service);
    await this.#supervise(built);
  }

  /** What an image runs is known when it is built: only now can the main processes be put under a supervisor. */
  async #supervise(built: readonly BuiltService[]): Promise<void> {
    const { project } = this;
    for (const [name, restart] of await superviseServices({ ...this.#run, project }, built)) {
      this.#restarts.set(name, restart);
    }
    const commands = Array.from(this.#restarts, ([name, { command }]) => command && ([name, command] as const));
    await this.#written.setCommands(new Map(commands.filter((entry) => entry !== undefined)));
  }

  /**
   * Starts the project. Live services get new containers: those of an earlier session hold what was pushed then. The others
   * start as compose does. Throws `up-failed`.
   */
  async up(): Promise<void> {
    const { cli, signal } = this.#run;
    this.#started = true;
    const common = { overrides: [this.#written.upFile], noBuild: true, signal };
    const live = this.services;
    if (live.length > 0) await cli.up({ ...common, services: live, forceRecreate: true });
    const others = this.#names().filter((name) => !live.includes(name));
    if (others.length > 0) await cli.up({ ...common, services: others });
  }

  /** Pushes to the running containers from now on, beginning with what was edited since the files were first read. */
  async attach(): Promise<void> {
    if (this.#run.options.logs) for (const name of this.#names()) await this.#showLogs(name);
    for (const session of this.#services.values()) await this.#attach(session);
  }

  pause(): void {
    this.#paused = true;
    for (const session of this.#services.values()) session.hold();
  }

  resume(): void {
    this.#paused = false;
    for (const session of this.#services.values()) session.release();
  }

  async rebuild(service: string): Promise<void> {
    const session = this.#services.get(service);
    if (session) return session.rebuild('it was asked for');
    const hint = `Pushed to are: ${this.services.join(', ') || 'none'}.`;
    throw new LivepushError('usage', `Service ${service} gets no pushes.`, { hint });
  }

  /** Ends all pushes, stops what `up` started unless it is to be kept, and removes what was made. Gives what went wrong. */
  async close(): Promise<unknown[]> {
    const { cli, engine, options } = this.#run;
    const cleanup = new Cleanup();
    cleanup.add(this.#unlock);
    cleanup.add(() => this.#written.dispose());
    cleanup.add(() => this.#removeImages());
    cleanup.add(() => sweep(engine, this.project.name));
    if (this.#started && !options.keep) cleanup.add(() => cli.stop({ services: this.#names() }));
    cleanup.add(() => Promise.all(Array.from(this.#services.values(), (session) => session.close())));
    return cleanup.run();
  }

  #names(): string[] {
    return this.project.services.map(({ name }) => name);
  }

  /** Shows the output of a service's containers, from their last start on. */
  async #showLogs(service: string): Promise<void> {
    const containers = await locateContainers(this.#run.engine, this.project.name, service);
    for (const { id } of containers) this.#logs.follow(service, id);
  }

  async #attach(session: ServiceSession): Promise<void> {
    const built = this.#built.get(session.name);
    if (!built) throw new LivepushError('internal', `Service ${session.name} was not built.`);
    const containers = await locateContainers(this.#run.engine, this.project.name, session.name);
    const restartBy = this.#restarts.get(session.name)?.restartBy;
    const containerIds = containers.map(({ id }) => id);
    await session.attach({ ...built, containerIds, ...(restartBy && { restartBy }) });
  }

  /** Builds one service anew and puts new containers in place of its old ones; a build that fails leaves these running. */
  async #rebuild(session: ServiceSession, reason: string): Promise<void> {
    const { sink, signal } = this.#run;
    const service = session.name;
    const started = performance.now();
    sink({ type: 'rebuildStart', service, reason });
    const end = (ok: boolean) =>
      sink({ type: 'rebuildEnd', service, ok, durationMs: Math.round(performance.now() - started) });
    try {
      await this.#replace(session);
      end(true);
    } catch (error) {
      end(false);
      if (signal.aborted) return;
      const hint = 'The old container goes on running; the next save tries again.';
      sink({ type: 'diagnostic', service, severity: 'error', code: 'rebuild-failed', message: messageOf(error), hint });
    }
  }

  async #replace(session: ServiceSession): Promise<void> {
    const { cli, engine, signal, tmpdir, options } = this.#run;
    const { project } = this;
    const planned = await planService(engine, session.model);
    const written = await overrideFor({ project, tmpdir }, [planned]);
    try {
      const [built] = await buildServices({ ...this.#run, project }, [planned], { written, others: [] });
      if (built) {
        this.#built.set(session.name, built);
        await this.#supervise([built]);
      }
      await session.detach();
      const how = { noBuild: true, noDeps: true, forceRecreate: true, signal };
      try {
        await cli.up({ ...how, services: [session.name], overrides: [this.#written.upFile] });
      } finally {
        if (options.logs) await this.#showLogs(session.name);
        await this.#attach(session);
      }
    } finally {
      await written.dispose();
    }
  }

  /** A live image may be in use by a stopped container, which keeps it without its name. */
  async #removeImages(): Promise<void> {
    const { engine, options } = this.#run;
    if (options.keep) return;
    const live = this.#model.live.filter(({ model }) => model.live);
    const images = live.map(({ model }) => liveImageOf(this.project.name, model.build.service.name));
    await Promise.allSettled(images.map((image) => engine.removeImage(image)));
  }
}
