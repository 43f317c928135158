import type { ComposeCli } from '../compose/compose-requests.js';
import { locateServices } from '../compose/locate.js';
import type { Project } from '../compose/project.js';
import { LivepushError } from '../errors.js';
import type { EventSink } from '../events.js';
import { expectRunning, leaveOutUnattachable } from './attach-running.js';
import { buildServices } from './build-services.js';
import { Cleanup } from './cleanup.js';
import type { SessionControl } from './control.js';
import { LogFollower } from './follow-logs.js';
import { attachService, type HeldProject, openService, showLogs, superviseBuilt } from './held-project.js';
import { HelperBuilds } from './helper-builds.js';
import { LandingNote } from './landing-note.js';
import { landingFile, noteFile } from './note-files.js';
import { openAhead } from './open-ahead.js';
import { type Opening, type PreparedProject, prepareProject } from './prepare-project.js';
import { announced } from './pushless.js';
import { removeLiveImages } from './remove-live-images.js';
import { reportDiagnostics } from './report-diagnostics.js';
import { RestartTurns } from './restart-turns.js';
import type { Run } from './run.js';
import { SeenFilesNote } from './seen-files.js';
import type { ServiceSession } from './service-session.js';
import { startProject } from './start-project.js';
import { strayPaths, unknownPaths } from './stray-paths.js';
import { sweep } from './sweep.js';
import { tellCancelled } from './tell-cancelled.js';
import { Upkeep } from './upkeep.js';

/**
 * One project that is kept live: its services, from the files they are made of to the containers they run in. Each command
 * goes through the steps it needs (`build`, `up`, `attach`), and closes the session at its end.
 */
export class ProjectSession implements SessionControl {
  readonly #held: HeldProject;
  readonly #upkeep: Upkeep;
  readonly #unlock: () => Promise<void>;
  #started = false;

  /**
   * Reads the project, locks it, clears away what a killed session left, and opens a session for each live service; nothing
   * is built or followed yet. Throws `LivepushError`: `project-held`, `dockerfile` for faults that are reported, …
   */
  static async open(run: Run, opening: Opening): Promise<ProjectSession> {
    const { run: prepared, ...opened } = await prepareProject(run, opening);
    return new ProjectSession(prepared, opened);
  }

  private constructor(run: Run, { model, written, unlock, subject }: Omit<PreparedProject, 'run'>) {
    const { engine, signal } = run;
    const { keep, notes = true } = run.options;
    this.#unlock = unlock;
    const sink: EventSink = (happened) => {
      const event = signal.aborted ? tellCancelled(happened) : happened;
      const taken = run.sink(event);
      this.#upkeep.onEvent(event);
      return taken;
    };
    this.#held = {
      run: { ...run, sink },
      logs: new LogFollower({ engine, sink: run.sink, signal, begin: new Date().toISOString() }),
      ...{
        model,
        written,
        services: new Map(),
        built: new Map(),
        restarts: new Map(),
        askedByPush: new Set(),
        refused: new Map(),
        paused: false,
        unread: false,
      },
      turns: new RestartTurns(() => this.project),
      helpers: new HelperBuilds({ cli: run.cli, written: () => this.#held.written, signal, onRead: this.#onRead }),
      noteOf: (service) => (keep && notes ? new SeenFilesNote(noteFile(subject, service)) : undefined),
      landingOf: (service) => new LandingNote(landingFile(subject, service)),
      onRebuild: (service, reason) => void this.#upkeep.rebuild(service, reason),
      onEdits: () => this.#upkeep.onEdits(),
      onSave: (service, wanted) => void this.#upkeep.retry(service, wanted),
      onOutdated: () => void this.#upkeep.reload(),
    };
    this.#upkeep = new Upkeep(this.#held);
    for (const planned of model.live) {
      this.#held.services.set(planned.model.build.service.name, openService(this.#held, planned));
    }
  }

  get project(): Project {
    return this.#held.model.project;
  }

  get services(): readonly string[] {
    return [...this.#held.services.keys()];
  }

  /** True when containers are stopped with the session that something was pushed to. */
  get stopsPushed(): boolean {
    return this.#started && !this.#held.run.options.keep && this.sessions.some(({ pushes }) => pushes > 0);
  }

  get paused(): boolean {
    return this.#held.paused;
  }

  /** Notes from now on which of the project's own files are edited: from `follow` on this is seen to. */
  watch(): Promise<void> {
    return this.#upkeep.watch();
  }

  /** Resolves at the first edit of anything of the project since `watch` and `build` were called. */
  get edited(): Promise<void> {
    return this.#upkeep.edited;
  }

  /** Builds what is to run, and follows the files from before the build on. Throws `build-failed`. */
  async build(): Promise<void> {
    const { run, model, written, helpers } = this.#held;
    // what a build has read before the first look would be taken for what it is after an edit
    await Promise.all(this.sessions.map((session) => session.watch()));
    const surrounds = { ...model, written, others: model.plain };
    const built = await buildServices({ ...run, project: model.project, helpers }, model.live, surrounds);
    for (const service of built) this.#held.built.set(service.model.build.service.name, service);
    if (!run.options.compare) void helpers.buildAhead();
    await superviseBuilt(this.#held, built);
  }

  /** See `startProject`. */
  async up(): Promise<void> {
    this.#started = true;
    await startProject(this.#held, { live: this.services, names: this.#names() });
  }

  /** Comes back when the live services run, or are healthy where they have a health check. Throws `up-failed` when one ends. */
  async wait(): Promise<void> {
    const { cli, signal } = this.#held.run;
    if (this.services.length === 0) return;
    const services = this.services;
    // without --no-recreate, --no-deps makes compose take a service with dependencies for a changed one
    const how = { noBuild: true, noDeps: true, noRecreate: true, wait: true, signal };
    await cli.up({ ...how, services, overrides: [this.#held.written.upFile] });
  }

  /** The sessions of the services that get pushes. */
  get sessions(): readonly ServiceSession[] {
    return [...this.#held.services.values()];
  }

  /** Pushes to the running containers from now on, beginning with what was edited since the files were first read. */
  async attach(): Promise<void> {
    const containersOf = await locateServices(this.#held.run.engine, this.project.name);
    for (const name of this.#names()) showLogs(this.#held, name, containersOf(name));
    const attached = this.sessions.map((session) => attachService(this.#held, session, containersOf(session.name)));
    // none goes on by itself where another one has failed
    await Promise.allSettled(attached);
    await Promise.all(attached);
  }

  /** Looks, before anything is built, whether a service can be pushed to. Throws `container-lost` when none can. */
  expectRunning(): Promise<void> {
    return expectRunning(this.#held);
  }

  /** Pushes to the containers that run already; services that cannot be pushed to are left out. Throws `container-lost`. */
  async attachRunning(): Promise<void> {
    await leaveOutUnattachable(this.#held);
    await this.attach();
  }

  /** Pushes what was edited since the images of the containers were built; of paths (absolute, links resolved), only what they hold. */
  async catchUp(paths?: readonly string[]): Promise<void> {
    const { sink } = this.#held.run;
    const contexts = this.sessions.map(({ model }) => model.build.spec.context);
    reportDiagnostics(sink, await strayPaths(paths ?? [], contexts));
    const found = (await Promise.all(this.sessions.map((session) => session.catchUp(paths)))).flat();
    reportDiagnostics(sink, await unknownPaths(paths ?? [], { contexts, found }));
  }

  /** Resolves when all that was seen is pushed or built, or has failed. */
  async settled(): Promise<void> {
    const idle = () => Promise.all(this.sessions.map((session) => session.idle()));
    await idle().then(() => this.#upkeep.look());
    await idle();
  }

  /** Keeps up with containers that come and go, edits of the project's own files, and an engine that is restarted. */
  async follow(): Promise<void> {
    await this.#upkeep.start();
    await this.#upkeep.look();
    await this.#held.helpers.hasRead();
  }

  /** The services whose edits lead to pushes; says of the others why theirs do not. */
  announced(): readonly string[] {
    return announced(this.sessions, { ...this.#held.run, ...this.#held.model });
  }

  /** Makes what the first pushes would wait for. Trouble is told when they need it. */
  openAhead(): Promise<void> {
    return openAhead(this.#held);
  }

  pause(): void {
    this.#held.paused = true;
    for (const session of this.sessions) session.hold('paused');
  }

  resume(): void {
    this.#held.paused = false;
    for (const session of this.sessions) session.release('paused');
    this.#upkeep.resume();
  }

  async rebuild(service: string): Promise<void> {
    if (this.#held.services.has(service)) return this.#upkeep.rebuild(service, 'it was asked for');
    const hint = `Pushed to are: ${this.services.join(', ') || 'none'}.`;
    throw new LivepushError('usage', `Service ${service} gets no pushes.`, { hint });
  }

  /** Ends all pushes, stops what `up` started unless it is to be kept, and removes what was made. Gives what went wrong. */
  async close(): Promise<unknown[]> {
    const { undo, options, waits } = this.#held.run;
    const { cli, engine } = undo;
    const cleanup = new Cleanup(waits);
    cleanup.add('the lock of the project to be released', this.#unlock);
    cleanup.add('override files to be removed', () => this.#held.written.dispose());
    cleanup.add('live images to be removed', () => removeLiveImages(this.#held));
    cleanup.add('helper containers and images to be removed', () => sweep(engine, this.project.name));
    if (this.#started && !options.keep) cleanup.add('the containers of the project to stop', () => this.#stop(cli));
    cleanup.add('what is being pushed', () => Promise.all(this.sessions.map((session) => session.close())));
    cleanup.add('a build to end', () => this.#held.helpers.close());
    cleanup.add('what is under way', () => this.#upkeep.close());
    return cleanup.run();
  }

  readonly #onRead = (services: readonly string[]): void => {
    for (const service of services) void this.#held.services.get(service)?.imagesRead();
  };

  /** Compose would wait for ever for an engine that does not answer. Throws `engine-unreachable`. */
  async #stop(cli: ComposeCli): Promise<void> {
    await this.#held.run.undo.engine.ping();
    await cli.stop({ services: this.#names() });
  }

  #names(): string[] {
    return this.project.services.map(({ name }) => name);
  }
}
