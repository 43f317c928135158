import { locateProject, serviceOf } from '../compose/locate.js';
import { Batch, systemClock } from '../watch/batch.js';
import { EndReports } from './end-reports.js';
import type { HeldProject } from './held-project.js';
import { type Adjustment, besides, reconcile, type SeenContainer } from './reconcile.js';
import { rebuildServices } from './reload-project.js';
import { hasLiveImage, restoreContainers } from './restore-containers.js';

/** Milliseconds of quiet before containers are looked at: compose makes new ones in several steps. */
const CONTAINER_WINDOW = { quiet: 100, cap: 1000 };
/** Milliseconds of quiet before somebody else's containers are replaced: they are not to be taken from under their hands. */
const FOREIGN_WINDOW = { quiet: 1500, cap: 10_000 };
/** Milliseconds of quiet before an end of a container is told: it may be the first half of a restart. */
const EXIT_WINDOW = { quiet: 700, cap: 5_000 };
/** Milliseconds without an event after which a container that was started again and again is taken to be well, as by the engine. */
const STEADY_WINDOW = { quiet: 10_000, cap: Number.POSITIVE_INFINITY };
const NOT_LIVE = 'a container of it was made from another image';

/** Keeps the containers of live services live, and their sessions true, while others make, end and remove them. */
export class ContainerUpkeep {
  readonly #held: HeldProject;
  readonly #ask: () => void;
  readonly #events = new Batch(systemClock, CONTAINER_WINDOW, () => this.#ask());
  readonly #foreign = new Batch(systemClock, FOREIGN_WINDOW, () => {
    this.#patient = true;
    this.#ask();
  });
  readonly #exits = new Batch(systemClock, EXIT_WINDOW, (services) => {
    for (const service of services) this.#ended.add(service);
    this.#ask();
  });
  readonly #calm = new Batch(systemClock, STEADY_WINDOW, (containerIds) => {
    for (const id of containerIds) this.#steady.add(id);
    this.#ask();
  });
  readonly #reports: EndReports;
  /** Of each container, as last seen. */
  #states = new Map<string, string>();
  /** Services of which a container had ended a while ago. */
  readonly #ended = new Set<string>();
  /** Containers of which nothing was heard for a while. */
  readonly #steady = new Set<string>();
  /** Services that were given back their live containers just now. */
  #restored: ReadonlySet<string> = new Set();
  /** Nothing has happened for long enough to replace what somebody else made. */
  #patient = false;

  /** @param ask asks for a look when it is time for one */
  constructor(held: HeldProject, ask: () => void) {
    this.#held = held;
    const isPushedTo = (service: string): boolean => held.services.has(service);
    this.#reports = new EndReports({ ...held.run, isPushedTo });
    this.#ask = ask;
  }

  /** Ids of the containers that ran when they were last looked at. */
  get running(): ReadonlySet<string> {
    return new Set([...this.#states].filter(([, state]) => state === 'running').map(([id]) => id));
  }

  /** Something happened to a container: a look is asked for when it is quiet again. */
  note(containerId: string): void {
    this.#patient = false;
    this.#events.add(containerId);
    this.#steady.delete(containerId);
    if (this.#reports.isTold(containerId)) this.#calm.add(containerId);
  }

  /** A push has brought a service up to date, and started what had ended: a further end is another one. */
  pushed(service: string): void {
    const containerIds = this.#held.services.get(service)?.followed.containerIds ?? [];
    this.#reports.forget(containerIds);
    for (const id of containerIds) if (this.#states.has(id)) this.#states.set(id, 'running');
  }

  close(): void {
    for (const batch of [this.#events, this.#foreign, this.#exits, this.#calm]) batch.close();
  }

  /** Compares the containers that there are with those that are followed, and does what it takes. One at a time. */
  async look(): Promise<void> {
    const { run, model, services } = this.#held;
    const found = await locateProject(run.engine, model.project.name);
    const seen = found.map((container): SeenContainer => ({ ...container, service: serviceOf(container) }));
    const followed = Array.from(services.values(), (session) => session.followed);
    const live = model.live.map((planned) => planned.model.build.service.name);
    const others = model.project.services.map(({ name }) => name).filter((name) => !live.includes(name));
    const adjustments = reconcile(seen, [...followed, ...besides(seen, others)], this.#states);
    const unsure = new Set<string>();
    for (const adjustment of adjustments) {
      if (this.#isPremature(adjustment) || !(await this.#adjust(adjustment))) unsure.add(adjustment.containerId);
    }
    this.#ended.clear();
    for (const [service, session] of services) {
      const fresh = adjustments.filter((adjustment) => adjustment.kind === 'adopt' && adjustment.service === service);
      if (fresh.length > 0) await session.adopt(fresh.map(({ containerId }) => containerId));
    }
    this.#states = new Map(
      seen.flatMap(({ id, state }) => {
        const isUntold = state === 'restarting' && !this.#reports.isTold(id);
        const judged = unsure.has(id) || isUntold ? this.#states.get(id) : state;
        return judged === undefined ? [] : [[id, judged] as const];
      }),
    );
    const foreign = adjustments.filter(({ kind }) => kind === 'replace').map(({ service }) => service);
    if (foreign.length > 0) await this.#replace(new Set(foreign));
    else this.#restored = new Set();
  }

  /** True where what was seen may be over in a moment: it is looked at again then. */
  #isPremature({ kind, service, containerId }: Adjustment): boolean {
    if (kind === 'exited' || kind === 'looping') return !this.#isOver(service);
    const loops = this.#states.get(containerId) === 'restarting' && this.#reports.isTold(containerId);
    return kind === 'returned' && loops && !this.#steady.has(containerId);
  }

  /** True when an end of the service's containers is no part of a restart; else it is looked at again a little later. */
  #isOver(service: string): boolean {
    if (this.#ended.has(service) && !this.#held.services.get(service)?.busy) return true;
    this.#exits.add(service);
    return false;
  }

  /** False where it has turned out that there is nothing to be done now. */
  async #adjust(adjustment: Adjustment): Promise<boolean> {
    const { kind, service, containerId } = adjustment;
    const session = this.#held.services.get(service);
    switch (kind) {
      case 'drop':
        this.#reports.forget([containerId]);
        session?.drop(containerId);
        return true;
      case 'returned':
        await this.#reports.tellReturn(adjustment);
        session?.goOn();
        return true;
      case 'exited':
        await this.#reports.tellEnd(adjustment);
        return true;
      case 'looping':
        return this.#reports.tellLoop(adjustment);
      case 'adopt':
      case 'replace':
        // all of a service at once
        return true;
    }
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
    await this.look();
  }
}
