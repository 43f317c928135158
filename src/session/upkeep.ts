import { projectLabels, serviceOf } from '../compose/locate.js';
import type { ContainerEvent } from '../docker/engine.js';
import { LivepushError, messageOf } from '../errors.js';
import type { LivepushEvent } from '../events.js';
import { systemClock } from '../watch/batch.js';
import { FileWatch } from '../watch/watch-files.js';
import { ContainerUpkeep } from './container-upkeep.js';
import { type Errand, Errands } from './errands.js';
import { readDemand } from './first-process.js';
import { followEngine } from './follow-engine.js';
import { type HeldProject, showsLogs } from './held-project.js';
import { configurationFiles, rebuildServices, reloadProject } from './reload-project.js';
import { restartDependents } from './restart-dependents.js';
import { reviveProject } from './revive-project.js';

/** Milliseconds of quiet before the project's files are read again. */
const FILE_WINDOW = { quiet: 50, cap: 1000 };

/** Keeps a project live while containers, configuration files and the engine come and go. */
export class Upkeep {
  readonly #held: HeldProject;
  readonly #errands = new Errands({
    run: (errand) => this.#do(errand),
    onFault: (error) => this.#onFault(error),
    clock: systemClock,
  });
  /** What was told last of errands that fail. */
  #told: string | undefined;
  readonly #files: FileWatch;
  readonly #containers: ContainerUpkeep;
  readonly #stop = new AbortController();
  /** Services whose containers were restarted in a push that is still running. */
  readonly #restarted = new Set<string>();
  #following: Promise<void> | undefined;
  #begin: () => void = () => {};
  #tellEdited: () => void = () => {};
  /** Resolves at the first edit of a build context, or of what the project is made of, since these are watched. */
  readonly edited = new Promise<void>((resolve) => {
    this.#tellEdited = resolve;
  });
  /** Resolves when the engine is followed. */
  readonly #started = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });
  /** The project's files are to be read again, but not yet. */
  #owed = false;

  constructor(held: HeldProject) {
    this.#held = held;
    this.#containers = new ContainerUpkeep(held, () => void this.#errands.ask({ look: true }));
    this.#files = new FileWatch({
      window: FILE_WINDOW,
      onChange: () => {
        this.#holdEdits();
        void this.reload();
      },
      onError: (error) => this.#warn('watch-failed', `The project's files cannot be followed: ${error.message}`),
    });
  }

  /** Follows the project's files from now on; what was edited since they were read, and before `start`, is seen to then. */
  watch(): Promise<void> {
    return this.#follow();
  }

  /** An edit between the reading of a file and the watch is told as any other. */
  #follow(): Promise<void> {
    const { model } = this.#held;
    return this.#files.follow(configurationFiles(model), model.readAt);
  }

  /** Follows the engine from now on, and sees to what it and the project's files tell. */
  async start(): Promise<void> {
    const { run, model } = this.#held;
    const { ended } = await followEngine({
      engine: run.engine,
      labels: projectLabels(model.project.name),
      signal: this.#stop.signal,
      onEvent: (event) => this.#onContainer(event),
      onLost: (error) => this.#onLost(error),
      onBack: () => this.#onBack(),
    });
    this.#following = ended;
    this.#begin();
    this.resume();
  }

  /** Compares what runs with what should, for the first time. */
  look(): Promise<void> {
    return this.#errands.ask({ look: true });
  }

  /** Reads the project's files again, and does what they ask for; before `start` and while it is paused, later. */
  async reload(): Promise<void> {
    this.#tellEdited();
    this.#owed = this.#following === undefined || this.#held.paused;
    if (!this.#owed) await this.#errands.ask({ reload: true });
  }

  /** Sees to what was put off. */
  resume(): void {
    if (this.#owed) void this.reload();
  }

  /** Tries again what has failed for a service, now that a file was saved. */
  async retry(
    service: string,
    { reason, insists }: { readonly reason: string; readonly insists: boolean },
  ): Promise<void> {
    const rebuild = new Map(insists ? [[service, reason]] : []);
    if (this.#following === undefined || this.#held.paused) this.#owed = true;
    else await this.#errands.ask({ reload: true, rebuild });
  }

  /** Builds a service anew. */
  rebuild(service: string, reason: string): Promise<void> {
    const reload = this.#owed;
    this.#owed = false;
    return this.#errands.ask({ reload, rebuild: new Map([[service, reason]]) });
  }

  /** Before edits are pushed: where the project's files were edited with them, they wait until these are read. */
  onEdits(): void {
    this.#tellEdited();
    if (this.#files.suspects()) this.#holdEdits();
    void this.#errands.tryAgain();
  }

  /** To be told of all events of the session. */
  onEvent(event: LivepushEvent): void {
    if (event.type === 'processExit' && event.exitCode !== 0) void this.#lookAtRefusal(event);
    if (event.type === 'containerRestart' && event.method === 'container') this.#restarted.add(event.service);
    if (event.type !== 'livepushEnd') return;
    if (event.outcome === 'done') this.#containers.pushed(event.service);
    if (this.#restarted.delete(event.service)) void this.#errands.ask({ restarted: new Set([event.service]) });
  }

  /** A main process that ended because it is not process 1 gets a container that runs it without a supervisor. */
  async #lookAtRefusal({ service, containerId }: { service: string; containerId: string }): Promise<void> {
    const { run, refused } = this.#held;
    if (refused.has(service)) return;
    // a container that is gone has nothing to say
    const said = await readDemand(run.engine.container(containerId), this.#stop.signal).catch(() => undefined);
    if (said === undefined || refused.has(service)) return;
    refused.set(service, `it said "${said}"`);
    await this.#started;
    await this.rebuild(service, 'its main process has to be process 1');
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#containers.close();
    await this.#files.close();
    await this.#errands.close();
    await this.#following;
  }

  #onContainer({ action, containerId, labels }: ContainerEvent): void {
    const { logs, services } = this.#held;
    if (action === 'start') services.get(serviceOf({ labels }))?.listen(containerId);
    if (action === 'start' && showsLogs(this.#held, serviceOf({ labels })))
      logs.follow(serviceOf({ labels }), containerId);
    if (action === 'destroy') logs.forget(containerId);
    this.#containers.note(containerId);
  }

  #onLost(error: unknown): void {
    for (const session of this.#held.services.values()) session.hold('engine');
    const hint = 'Edits are kept: they are pushed as soon as it answers again.';
    this.#warn('engine-lost', messageOf(error), hint);
  }

  #onBack(): void {
    const message = 'The Docker engine answers again.';
    void this.#held.run.sink({ type: 'diagnostic', severity: 'note', code: 'engine-back', message });
    void this.#errands.ask({ revive: true, look: true });
  }

  #holdEdits(): void {
    this.#held.unread = true;
    for (const session of this.#held.services.values()) session.hold('files');
  }

  async #do(errand: Errand): Promise<void> {
    try {
      if (errand.revive) await reviveProject(this.#held, this.#containers.running);
      if (errand.reload) await reloadProject(this.#held, errand.rebuild);
      else if (errand.rebuild.size > 0) await rebuildServices(this.#held, errand.rebuild);
      if (errand.reload) await this.#follow();
      await this.#containers.look();
      for (const service of errand.restarted) await restartDependents(this.#held, service);
      this.#told = undefined;
    } catch (error) {
      // it may not have come to read them
      if (errand.reload) for (const session of this.#held.services.values()) session.beginReading();
      throw error;
    } finally {
      if (errand.reload) for (const session of this.#held.services.values()) session.leave();
    }
  }

  #onFault(error: unknown): void {
    if (this.#held.run.signal.aborted) return;
    const { code, hint } = error instanceof LivepushError ? error : { code: 'internal', hint: undefined };
    const message = messageOf(error);
    // the engine's absence is told once, by those who follow its events; and what fails again is no news
    if (code === 'engine-unreachable' || message === this.#told) return;
    this.#told = message;
    this.#warn(code, message, hint ?? 'It is tried again at the next save, and now and then.');
  }

  #warn(code: string, message: string, hint?: string): void {
    const { sink } = this.#held.run;
    void sink({ type: 'diagnostic', severity: 'warning', code, message, ...(hint !== undefined && { hint }) });
  }
}
