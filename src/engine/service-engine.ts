import type { Engine } from '../docker/engine.js';
import { engineUntil } from '../docker/until-aborted.js';
import type { Stage } from '../dockerfile/model.js';
import { coverage } from '../plan/find-stale.js';
import type { TreeChange } from '../watch/scan-context.js';
import type { Drift } from './find-drift.js';
import { LowerLayers } from './lower-layers.js';
import { type Arrival, PhaseClock } from './phase-clock.js';
import { Planner, type PlannerOptions } from './planner.js';
import type { PushOptions, Turn } from './push-context.js';
import { runPush } from './run-push.js';
import { RunningSteps } from './running-steps.js';
import type { SessionImages } from './session-images.js';
import type { ProcessExit } from './supervisor/supervisor-link.js';
import { Targets, type TargetsOptions } from './targets.js';
import { Unbroken } from './unbroken.js';
import { type Awaited, Waiting } from './waiting.js';

export interface ServiceEngineOptions extends PushOptions {
  /** The Dockerfile, as the user would name it. */
  readonly file: string;
  /** All stages up to the final one, which is the last. */
  readonly stages: readonly Stage[];
  readonly engine: Engine;
  readonly images: SessionImages;
  readonly containerIds: readonly string[];
  /** How many pushes of the service there were before. */
  readonly pushes?: number;
  readonly older?: TargetsOptions['older'];
  readonly judgeRuns?: NonNullable<PlannerOptions['judgeRuns']>;
  readonly restartsUnderMounts?: boolean;
}

interface TakeOptions {
  readonly arrival?: Arrival | undefined;
  /** The image may have been built from before or after the changes. */
  readonly duringBuild?: boolean;
}

/** Milliseconds that a push has to come to its end when it is ended. */
const PATIENCE = 1_000;

/** Keeps the containers of one service up to date: one push at a time, and a change in the middle of one takes over. */
export class ServiceEngine {
  readonly #options: ServiceEngineOptions;
  readonly #lower: LowerLayers;
  readonly #targets: Targets;
  readonly #planner: Planner;
  readonly #closing = new AbortController();
  /** Ends what a push that was ended still waits for. */
  readonly #givingUp = new AbortController();
  /** What is not ended by that. */
  readonly #unbroken = new Unbroken();
  readonly #waiting = new Waiting();
  #running: Promise<void> | undefined;
  #ahead: Promise<void> | undefined;
  /** What a running push is ended with: before its next step, or in the middle of one. */
  #current: { readonly next: AbortController; readonly now: AbortController } | undefined;
  readonly #steps = new RunningSteps();
  #push: number;
  /** Nothing more is pushed until somebody asks for it. */
  #held = false;
  #restaged: readonly Stage[] | undefined;

  constructor(options: ServiceEngineOptions) {
    this.#options = options;
    this.#push = options.pushes ?? 0;
    const engine = engineUntil(options.engine, this.#givingUp.signal, { sparesRemoval: true });
    this.#lower = new LowerLayers(engine, options.images);
    const supervised = options.restartBy?.kind === 'process';
    const onExit = (id: string, exit: ProcessExit) => void this.#reportExit(id, exit);
    this.#targets = new Targets({ ...options, engine, onExit: supervised ? onExit : undefined });
    this.#planner = new Planner({ ...options, targets: this.#targets, lower: this.#lower });
    for (const id of options.containerIds) this.#targets.adopt({ id, staleCopy: undefined });
  }

  /** Ids of the containers that get pushes, those included that a running push has not reached yet. */
  get containerIds(): readonly string[] {
    return [...this.#targets.replicas, ...this.#waiting.newcomers];
  }

  /** How many pushes of the service there were so far. */
  get pushes(): number {
    return this.#push;
  }

  /** True when the containers hold all that was taken. */
  get isUpToDate(): boolean {
    return !this.busy && this.#waiting.isEmpty && this.#targets.isUpToDate;
  }

  /** True when no push has left a container half-way. */
  get areWhole(): boolean {
    return !this.busy && this.#targets.areWhole;
  }

  /** True while a push is running or waiting. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Takes what changed in the context. A running push is taken over by another one: a step that runs is ended for it if it
   * is stale by that, and else comes to its end first. True when a push follows.
   */
  take(changes: readonly TreeChange[], { arrival, duringBuild = false }: TakeOptions = {}): boolean {
    if (this.#closing.signal.aborted) return false;
    const steps = this.#targets.stages.flatMap((stage) => stage.steps);
    const covered = coverage(this.#options.tree, steps);
    const relevant = changes.filter(({ path, before }) => covered(path, before));
    if (relevant.length === 0) return false;
    const { late } = this.#options.images;
    const mayBeBuilt = late?.readsContext === true && !late.areThere;
    this.#targets.note(relevant, { duringBuild: duringBuild || mayBeBuilt });
    this.#waiting.add(relevant, arrival);
    if (this.#current && this.#steps.isConcerned(this.#targets.firstStale(relevant))) this.#current.now.abort();
    this.#current?.next.abort();
    this.#start();
    return this.containerIds.length > 0;
  }

  /**
   * Takes in containers that are as their image was built: they get all that changed since.
   *
   * @param older what was edited between the build of the image and the first look at the files
   */
  adopt(containerIds: readonly string[], older: Drift = { changes: [], staleCopy: undefined }): void {
    this.#targets.note(older.changes, { duringBuild: false });
    this.#waiting.adopt(containerIds.map((id) => ({ id, staleCopy: older.staleCopy })));
    this.#start();
  }

  /** Hears of the end of a main process again, after somebody has started its container. */
  listen(containerId: string): void {
    this.#targets.all.get(containerId)?.listen();
  }

  /** Leaves a step of the final stage and all after it to the next push: the containers do not hold what it makes. */
  distrust(from: number): void {
    this.#targets.distrust(from);
  }

  /** Lets go of a container that is gone, once a running push has noticed. */
  drop(containerId: string): void {
    this.#waiting.drop(containerId);
    this.#targets.lose(containerId);
    if (!this.busy) this.#letGo();
  }

  /** Starts again what a restart of the engine has stopped of the service's helpers. */
  revive(): Promise<void> {
    return this.#targets.revive();
  }

  /** Goes on with what earlier pushes left undone, if they did. True when a push follows. */
  resume(): boolean {
    const undone = this.#targets.hasUndone;
    if (this.busy || this.#closing.signal.aborted || (!undone && !this.#waiting.hasChanges)) return false;
    this.#waiting.resume(undone);
    this.#start();
    return true;
  }

  /** Ends a running push, and holds back one that waits: what they had still to do is left to the next one. */
  async cancel(): Promise<void> {
    this.#held = true;
    this.#endCurrent();
    await this.#running;
  }

  /** Replaces the steps from the next push on: the same ones, with other build arguments. */
  restage(stages: readonly Stage[]): void {
    this.#restaged = stages;
  }

  /** Resolves when no push is running or waiting. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Makes the build containers before an edit needs them; a push that comes meanwhile joins. Trouble is told when one needs them. */
  openAhead(): Promise<void> {
    this.#ahead ??= this.#openAhead().catch(() => {});
    return this.#ahead;
  }

  async #openAhead(): Promise<void> {
    const { signal } = this.#closing;
    const whyNot = await this.#options.judgeRuns?.();
    if (!signal.aborted) await this.#targets.openAhead((step) => whyNot?.(step) === undefined, signal);
  }

  /** Ends a running push, and removes what was created for the service in the engine. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#endCurrent();
    const timer = setTimeout(() => void this.#giveUp(), PATIENCE);
    await this.idle();
    await this.#ahead;
    clearTimeout(timer);
    await this.#targets.close();
    await this.#lower.dispose();
  }

  /** A container that is paused, or an engine that has stopped, would keep a push for ever. */
  async #giveUp(): Promise<void> {
    await this.#unbroken.idle();
    this.#givingUp.abort();
  }

  #endCurrent(): void {
    this.#current?.now.abort();
    this.#current?.next.abort();
  }

  #letGo(): void {
    const { service, sink } = this.#options;
    for (const containerId of this.#targets.letGo())
      void sink({ type: 'containerLost', service, containerId, reason: 'it was removed' });
  }

  #start(): void {
    if (this.#closing.signal.aborted) return;
    this.#held = false;
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (!this.#waiting.isEmpty && !this.#held && !this.#closing.signal.aborted) {
      const { arrival, ...awaited } = this.#waiting.takeAll();
      const phases = new PhaseClock(() => performance.now(), arrival);
      const changes = this.#takeIn(awaited);
      if (changes === undefined) continue;
      this.#current = { next: new AbortController(), now: new AbortController() };
      const { next, now } = this.#current;
      await this.#pushOnce(changes, { signal: next.signal, stepSignal: now.signal, steps: this.#steps, phases });
      this.#current = undefined;
    }
    this.#letGo();
  }

  async #pushOnce(changes: readonly TreeChange[], turn: Omit<Turn, 'push'>): Promise<void> {
    const grounds = { targets: this.#targets, lower: this.#lower, planner: this.#planner, unbroken: this.#unbroken };
    this.#push += 1;
    const isTold = await runPush(changes, { ...this.#options, ...grounds, ...turn, push: this.#push });
    if (!isTold) this.#push -= 1;
    if (!this.#closing.signal.aborted) this.#targets.startAhead();
    if (this.#targets.isUpToDate) await this.#options.onUpToDate?.();
    await this.#settle();
  }

  /** What the build containers have seen by now may come back; of what was edited during the push nobody knows that. */
  async #settle(): Promise<void> {
    const { calm, isPolled = () => true } = this.#options;
    this.#targets.settle();
    if (!this.#targets.isSettled || !calm || isPolled()) return;
    await new Promise(setImmediate);
    await calm();
    this.#targets.settle(this.#waiting.paths);
  }

  /** Hands all that waited to the containers. Gives what the next push is about; undefined when there is nothing to push. */
  #takeIn({ changes, newcomers, unfinished }: Omit<Awaited, 'arrival'>): readonly TreeChange[] | undefined {
    this.#letGo();
    this.#takeStages();
    this.#targets.add(changes);
    const missed = newcomers.flatMap((newcomer) => this.#targets.adopt(newcomer));
    const all = new Map([...missed, ...changes].map((change) => [change.path, change]));
    const hasWork = all.size > 0 || unfinished;
    return hasWork && this.#targets.replicas.length > 0 ? [...all.values()] : undefined;
  }

  #takeStages(): void {
    if (!this.#restaged) return;
    this.#targets.restage(this.#restaged);
    this.#restaged = undefined;
    this.#planner.forget();
  }

  /** After the push that has led to it, unless a later one has started the process again by then. */
  async #reportExit(containerId: string, exit: ProcessExit): Promise<void> {
    await this.#running;
    const { service, sink } = this.#options;
    const isLast = this.#targets.all.get(containerId)?.supervisor.exit === exit;
    if (isLast) void sink({ type: 'processExit', service, containerId, exitCode: exit.code });
  }
}
