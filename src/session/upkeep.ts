import { locateProject, projectLabels, serviceOf } from '../compose/locate.js';
import { restartedAfter } from '../compose/project.js';
import type { ContainerEvent } from '../docker/engine.js';
import { LivepushError, messageOf } from '../errors.js';
import type { LivepushEvent } from '../events.js';
import { Batch, systemClock } from '../watch/batch.js';
import { FileWatch } from '../watch/watch-files.js';
import { type Errand, Errands } from './errands.js';
import { followEngine } from './follow-engine.js';
import type { HeldProject } from './held-project.js';
import { type Adjustment, reconcile, type SeenContainer } from './reconcile.js';
import { configurationFiles, rebuildServices, reloadProject } from './reload-project.js';
import { hasLiveImage, restoreContainers } from './restore-containers.js';

/** Milliseconds of quiet before containers are looked at: compose makes new ones in several steps. */
const CONTAINER_WINDOW = { quiet: 100, cap: 1000 };
/** Milliseconds of quiet before somebody else's containers are replaced: they are not to be taken from under their hands. */
const FOREIGN_WINDOW = { quiet: 1500, cap: 10_000 };
/** Milliseconds of quiet before an end of a container is told: it may be the first half of a restart. */
const EXIT_WINDOW = { quiet: 700, cap: 5_000 };
/** Milliseconds of quiet before the project's files are read again. */
const FILE_WINDOW = { quiet: 50, cap: 1000 };

const NOT_LIVE = 'a container of it was made from another image';

/** Keeps a project live while containers, configuration files and the engine come and go. */
export class Upkeep {
  readonly #held: HeldProject;
  readonly #errands = new Errands((errand) => this.#do(errand));
  readonly #files: FileWatch;
  readonly #containers = new Batch(systemClock, CONTAINER_WINDOW, () => void this.#errands.ask({ look: true }));
  readonly #foreign = new Batch(systemClock, FOREIGN_WINDOW, () => {
    this.#patient = true;
    void this.#errands.ask({ look: true });
  });
  readonly #exits = new Batch(systemClock, EXIT_WINDOW, (services) => {
    for (const service of services) this.#ended.add(service);
    void this.#errands.ask({ look: true });
  });
  readonly #stop = new AbortController();
  /** Of each container, as last seen. */
  #states = new Map<string, string>();
  /** Services of which a container had ended a while ago. */
  readonly #ended = new Set<string>();
  /** Services that were given back their live containers just now. */
  #restored: ReadonlySet<string> = new Set();
  /** Services whose containers were restarted in a push that is still running. */
  readonly #restarted = new Set<string>();
  /** Nothing has happened for long enough to replace what somebody else made. */
  #patient = false;
  #following: Promise<void> | undefined;

  constructor(held: HeldProject) {
    this.#held = held;
    this.#files = new FileWatch({
      window: FILE_WINDOW,
      onChange: () => void this.#errands.ask({ reload: true }),
      onError: (error) => this.#warn('watch-failed', `The project's files cannot be followed: ${error.message}`),
    });
  }

  /** Follows the engine and the project's files from now on. */
  async start(): Promise<void> {
    const { run, model } = this.#held;
    const [{ ended }] = await Promise.all([
      followEngine({
        engine: run.engine,
        labels: projectLabels(model.project.name),
        signal: this.#stop.signal,
        onEvent: (event) => this.#onContainer(event),
        onLost: (error) => this.#onLost(error),
        onBack: () => this.#onBack(),
      }),
      this.#files.follow(configurationFiles(model)),
    ]);
    this.#following = ended;
  }

  /** Compares what runs with what should, for the first time. */
  look(): Promise<void> {
    return this.#errands.ask({ look: true });
  }

  /** Reads the project's files again. */
  reload(): Promise<void> {
    return this.#errands.ask({ reload: true });
  }

  /** Builds a service anew. */
  rebuild(service: string, reason: string): Promise<void> {
    return this.#errands.ask({ rebuild: new Map([[service, reason]]) });
  }

  /** To be told of all events of the session. */
  onEvent(event: LivepushEvent): void {
    if (event.type === 'containerRestart' && event.method === 'container') this.#restarted.add(event.service);
    if (event.type !== 'livepushEnd') return;
    if (this.#restarted.delete(event.service)) void this.#errands.ask({ restarted: new Set([event.service]) });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const batch of [this.#containers, this.#foreign, this.#exits]) batch.close();
    await this.#files.close();
    await this.#errands.close();
    await this.#following;
  }

  #onContainer({ action, containerId, labels }: ContainerEvent): void {
    const { logs, run, services } = this.#held;
    if (action === 'start') services.get(serviceOf({ labels }))?.listen(containerId);
    if (action === 'start' && run.options.logs) logs.follow(serviceOf({ labels }), containerId);
    if (action === 'destroy') logs.forget(containerId);
    this.#patient = false;
    this.#containers.add(containerId);
  }

  #onLost(error: unknown): void {
    for (const session of this.#held.services.values()) session.hold('engine');
    const hint = 'Edits are kept: they are pushed as soon as it answers again.';
    this.#warn('engine-lost', messageOf(error), hint);
  }

  #onBack(): void {
    const message = 'The Docker engine answers again.';
    this.#held.run.sink({ type: 'diagnostic', severity: 'note', code: 'engine-back', message });
    void this.#errands.ask({ revive: true, look: true });
  }

  async #do(errand: Errand): Promise<void> {
    try {
      if (errand.revive) await this.#revive();
      if (errand.reload) await reloadProject(this.#held, errand.rebuild);
      else if (errand.rebuild.size > 0) await rebuildServices(this.#held, errand.rebuild);
      if (errand.reload) await this.#files.follow(configurationFiles(this.#held.model));
      await this.#look();
      for (const service of errand.restarted) await this.#restartDependents(service);
    } catch (error) {
      if (this.#held.run.signal.aborted) return;
      const { code, hint } = error instanceof LivepushError ? error : { code: 'internal', hint: undefined };
      // the engine's absence is told once, by those who follow its events
      if (code !== 'engine-unreachable') this.#warn(code, messageOf(error), hint);
    }
  }

  async #look(): Promise<void> {
    const { run, model, services } = this.#held;
    const found = await locateProject(run.engine, model.project.name);
    const seen = found.map((container): SeenContainer => ({ ...container, service: serviceOf(container) }));
    const followed = Array.from(services.values(), (session) => session.followed);
    const adjustments = reconcile(seen, followed, this.#states);
    const unsure = new Set<string>();
    for (const adjustment of adjustments) {
      if (adjustment.kind === 'exited' && !this.#isOver(adjustment.service)) unsure.add(adjustment.containerId);
      else await this.#adjust(adjustment);
    }
    this.#ended.clear();
    for (const [service, session] of services) {
      const fresh = adjustments.filter((adjustment) => adjustment.kind === 'adopt' && adjustment.service === service);
      if (fresh.length > 0) await session.adopt(fresh.map(({ containerId }) => containerId));
    }
    this.#states = new Map(
      seen.flatMap(({ id, state }) => {
        const judged = unsure.has(id) ? this.#states.get(id) : state;
        return judged === undefined ? [] : [[id, judged] as const];
      }),
    );
    const foreign = adjustments.filter(({ kind }) => kind === 'replace').map(({ service }) => service);
    if (foreign.length > 0) await this.#replace(new Set(foreign));
    else this.#restored = new Set();
  }

  /** True when an end of the service's containers is no part of a restart; else it is looked at again a little later. */
  #isOver(service: string): boolean {
    if (this.#ended.has(service) && !this.#held.services.get(service)?.busy) return true;
    this.#exits.add(service);
    return false;
  }

  async #adjust({ kind, service, containerId }: Adjustment): Promise<void> {
    const session = this.#held.services.get(service);
    switch (kind) {
      case 'drop':
        return session?.drop(containerId);
      case 'returned':
        return session?.goOn();
      case 'exited':
        return this.#tellExit(service, containerId);
      case 'adopt':
      case 'replace':
        // all of a service at once
        return undefined;
    }
  }

  async #tellExit(service: string, containerId: string): Promise<void> {
    const { engine, sink } = this.#held.run;
    const { name, exitCode } = await engine.container(containerId).inspect();
    const message = `Container ${name} has ended with code ${exitCode}.`;
    const hint = 'The next push starts it again.';
    const severity = exitCode === 0 ? 'note' : 'warning';
    sink({ type: 'diagnostic', service, severity, code: 'container-exited', message, hint });
  }

  /** Somebody made containers in their own way: the live ones are put back, once they are done. */
  async #replace(foreign: ReadonlySet<string>): Promise<void> {
    if (!this.#patient) return this.#foreign.add('');
    this.#patient = false;
    const images = await Promise.all([...foreign].map((service) => hasLiveImage(this.#held, service)));
    const isLost = (service: string, index: number): boolean => !images[index] || this.#restored.has(service);
    const rebuilt = [...foreign].filter(isLost);
    const restored = [...foreign].filter((service, index) => !isLost(service, index));
    if (restored.length > 0) await restoreContainers(this.#held, restored);
    await rebuildServices(this.#held, new Map(rebuilt.map((service) => [service, NOT_LIVE])));
    this.#restored = new Set(restored);
    await this.#look();
  }

  /** The engine stops all containers with it, and most do not come back by themselves. */
  async #revive(): Promise<void> {
    const { run, model, written, services, logs } = this.#held;
    const ran = new Set([...this.#states].filter(([, state]) => state === 'running').map(([id]) => id));
    const found = await locateProject(run.engine, model.project.name);
    const stopped = found.filter(({ id, state }) => ran.has(id) && state !== 'running').map(serviceOf);
    if (stopped.length > 0) {
      const names = [...new Set(stopped)];
      await run.cli.up({ services: names, noBuild: true, overrides: [written.upFile], signal: run.signal });
    }
    for (const container of run.options.logs ? found : []) logs.follow(serviceOf(container), container.id);
    for (const session of services.values()) {
      await session.revive();
      session.release('engine');
      session.goOn();
    }
  }

  /** As compose does it after a restart: in order, one after the other. */
  async #restartDependents(name: string): Promise<void> {
    const { run, model, services } = this.#held;
    for (const service of restartedAfter(model.project, name)) {
      await services.get(service)?.idle();
      const message = `It is restarted with ${name}, which it depends on with \`restart: true\`.`;
      run.sink({ type: 'diagnostic', service, severity: 'note', code: 'restarted-with', message });
      const containers = await locateProject(run.engine, model.project.name);
      const own = containers.filter((container) => serviceOf(container) === service && container.state === 'running');
      await Promise.all(own.map(({ id }) => run.engine.container(id).restart()));
    }
  }

  #warn(code: string, message: string, hint?: string): void {
    const { sink } = this.#held.run;
    sink({ type: 'diagnostic', severity: 'warning', code, message, ...(hint !== undefined && { hint }) });
  }
}
