import type { RestartSetting } from '../compose/restart-setting.js';
import type { Engine } from '../docker/engine.js';
import type { CopyStep, Stage } from '../dockerfile/model.js';
import { LivepushError, messageOf } from '../errors.js';
import type { EventSink, PushOutcome } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Destination } from '../plan/copy-map.js';
import { coverage, findStale } from '../plan/find-stale.js';
import type { Plan, StageInput } from '../plan/plan.js';
import { planChanges } from '../plan/plan-changes.js';
import { copiesFromContext, lowerPoint, regionStart } from '../plan/segments.js';
import type { TreeChange } from '../watch/scan-context.js';
import { type ExecuteOptions, executePlan, type TargetFailure } from './execute-plan.js';
import { LowerLayers } from './lower-layers.js';
import { observeDestination } from './observe-destination.js';
import { StepFailed } from './operations/run.js';
import { type Arrival, PhaseClock } from './phase-clock.js';
import type { SessionImages } from './session-images.js';
import type { ProcessExit } from './supervisor/supervisor-link.js';
import type { Target } from './target.js';
import { Targets } from './targets.js';

export interface ServiceEngineOptions {
  readonly service: string;
  /** The Dockerfile, as the user would name it. */
  readonly file: string;
  readonly contextRoot: string;
  /** All stages up to the final one, which is the last. */
  readonly stages: readonly Stage[];
  readonly tree: ContextTree;
  /** Content of a build secret by its id. */
  readonly secret: (id: string) => Promise<Buffer | undefined>;
  readonly engine: Engine;
  readonly images: SessionImages;
  readonly containerIds: readonly string[];
  /** False: never restart the main process. */
  readonly restart: boolean;
  /** How; by the container when left out. */
  readonly restartBy?: RestartSetting;
  readonly dryRun: boolean;
  /** How many pushes of the service there were before. */
  readonly pushes?: number;
  readonly outputEncoding?: ExecuteOptions['outputEncoding'];
  readonly sink: EventSink;
  /** Told what a push comes to before it is carried out. */
  readonly onPlan: (plan: Plan, push: number) => void;
  /** Asked when replaying cannot do it. Runs after the push has ended; the engine is closed by then. */
  readonly onRebuild: (reason: string) => void;
  /** Paths that could not be read in the middle of a push: they have to be looked at again. */
  readonly onRetry: () => void;
}

/** What one push is done with; the signal fires when a newer change takes over. */
type Turn = Pick<ExecuteOptions, 'signal' | 'phases'>;

interface TakeOptions {
  readonly arrival?: Arrival | undefined;
  /** The image may have been built from before or after the changes. */
  readonly duringBuild?: boolean;
}

/** Keeps the containers of one service up to date: one push at a time, and a change in the middle of one takes over. */
export class ServiceEngine {
  readonly #options: ServiceEngineOptions;
  readonly #lower: LowerLayers;
  readonly #targets: Targets;
  readonly #destinations = new Map<string, Destination>();
  readonly #closing = new AbortController();
  #incoming: TreeChange[] = [];
  #newcomers: string[] = [];
  /** Containers that are gone. */
  readonly #lost = new Set<string>();
  /** Containers have something to catch up with, whatever else comes. */
  #unfinished = false;
  /** How the first of them came. */
  #arrival: Arrival | undefined;
  #running: Promise<void> | undefined;
  #current: AbortController | undefined;
  #push: number;
  /** Nothing more is pushed until somebody asks for it. */
  #held = false;
  #restaged: readonly Stage[] | undefined;

  constructor(options: ServiceEngineOptions) {
    this.#options = options;
    this.#push = options.pushes ?? 0;
    this.#lower = new LowerLayers(options.engine, options.images);
    const supervised = options.restartBy?.kind === 'process';
    const onExit = (id: string, exit: ProcessExit) => void this.#reportExit(id, exit);
    this.#targets = new Targets({ ...options, onExit: supervised ? onExit : undefined });
    for (const id of options.containerIds) this.#targets.adopt(id);
  }

  /** Ids of the containers that get pushes, those included that a running push has not reached yet. */
  get containerIds(): readonly string[] {
    return [...this.#targets.replicas, ...this.#newcomers];
  }

  /** How many pushes of the service there were so far. */
  get pushes(): number {
    return this.#push;
  }

  /** True when the containers hold all that was taken. */
  get isUpToDate(): boolean {
    const targets = [...this.#targets.all.values()].filter(({ final }) => final);
    return (
      !this.busy && !this.#waiting && targets.every(({ progress }) => !progress.dirty && progress.pending.size === 0)
    );
  }

  /** True while a push is running or waiting. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Takes what changed in the context. A running push that this concerns is cancelled, and taken over. True when a push follows. */
  take(changes: readonly TreeChange[], { arrival, duringBuild = false }: TakeOptions = {}): boolean {
    if (this.#closing.signal.aborted) return false;
    const steps = this.#targets.stages.flatMap((stage) => stage.steps);
    const covered = coverage(this.#options.tree, steps);
    const relevant = changes.filter(({ path, before }) => covered(path, before));
    if (relevant.length === 0) return false;
    this.#targets.note(relevant, { duringBuild });
    for (const change of relevant) this.#incoming.push(change);
    this.#arrival ??= arrival;
    this.#current?.abort();
    this.#start();
    return this.containerIds.length > 0;
  }

  /** Takes in containers that are as their image was built: they get all that changed since. */
  adopt(containerIds: readonly string[]): void {
    this.#newcomers.push(...containerIds);
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
    this.#newcomers = this.#newcomers.filter((id) => id !== containerId);
    this.#lost.add(containerId);
    if (!this.busy) this.#letGo();
  }

  /** Starts again what a restart of the engine has stopped of the service's helpers. */
  revive(): Promise<void> {
    return this.#targets.revive();
  }

  /** Goes on with what earlier pushes left undone, if they did. True when a push follows. */
  resume(): boolean {
    const undone = [...this.#targets.all.values()].some(({ progress }) => progress.dirty || progress.pending.size > 0);
    if (this.#running || this.#closing.signal.aborted || (!undone && this.#incoming.length === 0)) return false;
    this.#unfinished = undone;
    this.#start();
    return true;
  }

  /** Ends a running push, and holds back one that waits: what they had still to do is left to the next one. */
  async cancel(): Promise<void> {
    this.#held = true;
    this.#current?.abort();
    await this.#running;
  }

  /** Replaces the steps from the next push on: the same ones, with other build arguments. */
  restage(stages: readonly Stage[]): void {
    this.#restaged = stages;
  }

  /** Resolves when no push is running or waiting. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Ends a running push, and removes what was created for the service in the engine. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#current?.abort();
    await this.idle();
    const targets = [...this.#targets.all.values()];
    for (const target of targets) target.closeSessions();
    const helpers = targets.filter(({ final }) => !final);
    await Promise.allSettled(helpers.map(async (target) => (await target.opened)?.remove()));
    await this.#lower.dispose();
  }

  #letGo(): void {
    const { service, sink } = this.#options;
    for (const containerId of this.#lost) {
      const was = this.#targets.drop(containerId);
      if (was) sink({ type: 'containerLost', service, containerId, reason: 'it was removed' });
    }
    this.#lost.clear();
  }

  #start(): void {
    if (this.#closing.signal.aborted) return;
    this.#held = false;
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  get #waiting(): boolean {
    return this.#incoming.length > 0 || this.#newcomers.length > 0 || this.#unfinished;
  }

  async #drain(): Promise<void> {
    while (this.#waiting && !this.#held && !this.#closing.signal.aborted) {
      const phases = new PhaseClock(() => performance.now(), this.#arrival);
      this.#arrival = undefined;
      const changes = this.#takeIn();
      if (changes === undefined) continue;
      this.#current = new AbortController();
      await this.#pushOnce(changes, { signal: this.#current.signal, phases });
      this.#current = undefined;
    }
    this.#letGo();
  }

  /** Hands all that waits to the containers. Gives what the next push is about; undefined when there is nothing to push. */
  #takeIn(): readonly TreeChange[] | undefined {
    this.#letGo();
    this.#takeStages();
    const [changes, newcomers, unfinished] = [this.#incoming, this.#newcomers, this.#unfinished];
    this.#incoming = [];
    this.#newcomers = [];
    this.#unfinished = false;
    this.#targets.add(changes);
    const missed = newcomers.flatMap((id) => this.#targets.adopt(id));
    const all = new Map([...missed, ...changes].map((change) => [change.path, change]));
    const hasWork = all.size > 0 || unfinished;
    return hasWork && this.#targets.replicas.length > 0 ? [...all.values()] : undefined;
  }

  #takeStages(): void {
    if (!this.#restaged) return;
    this.#targets.restage(this.#restaged);
    this.#restaged = undefined;
    this.#destinations.clear();
  }

  async #pushOnce(changes: readonly TreeChange[], { signal, phases }: Turn): Promise<void> {
    const { service, sink } = this.#options;
    const push = ++this.#push;
    const started = performance.now();
    const after = (there: boolean) => changes.filter((c) => (c.after !== undefined) === there).map(({ path }) => path);
    sink({ type: 'livepushStart', service, push, changed: after(true), deleted: after(false) });
    let rebuild: string | undefined;
    const end = (outcome: PushOutcome) => {
      const durationMs = Math.round((performance.now() - started) * 10) / 10;
      const reason = rebuild === undefined ? {} : { rebuild };
      sink({ type: 'livepushEnd', service, push, outcome, durationMs, ...reason, phases: phases.read() });
    };
    try {
      const plan = await phases.during('plan', () => this.#plan());
      this.#options.onPlan(plan, push);
      const result = await this.#carryOut(plan, { push, signal, phases });
      rebuild = result.rebuild;
      if (result.outcome === 'cancelled') sink({ type: 'cancel', service, push });
      end(result.outcome);
    } catch (error) {
      this.#diagnose(error);
      end('failed');
    }
    if (rebuild !== undefined) this.#options.onRebuild(rebuild);
  }

  async #plan(): Promise<Plan> {
    const { file, tree } = this.#options;
    const stages = await this.#inputs();
    const destinations = await this.#observe(stages);
    const destinationOf = (stage: number, step: CopyStep) => destinations.get(`${stage}.${step.index}`) as Destination;
    const plan = planChanges({ file, tree, stages, destinationOf });
    const planned = new Set(plan.kind === 'replay' ? plan.stages.map(({ target }) => target) : []);
    if (plan.kind === 'replay' || plan.kind === 'nothing') {
      for (const target of this.#targets.all.values()) if (!planned.has(target.name)) target.progress.finish();
    }
    return plan;
  }

  /** What each container has not seen; one that is gone is let go of, and does not hold the others. */
  async #inputs(): Promise<StageInput[]> {
    const inputs = Array.from(this.#targets.all.values(), async (target) => {
      try {
        return [await target.input()];
      } catch (error) {
        if (!target.final || !isLost(error)) throw error;
        this.#lost.add(target.name);
        return [];
      }
    });
    return (await Promise.all(inputs)).flat();
  }

  /** Looks where the COPY steps of stale stages write. The layers below them do not change: once is enough. */
  async #observe(stages: readonly StageInput[]): Promise<ReadonlyMap<string, Destination>> {
    const found = this.#destinations;
    for (const { input, from } of findStale(this.#options.tree, stages)) {
      const target = this.#targets.all.get(input.target) as Target;
      const { steps, index } = input.stage;
      for (const step of steps.slice(regionStart(steps, from)).filter(copiesFromContext)) {
        const key = `${index}.${step.index}`;
        if (found.has(key)) continue;
        const below = (path: string) => this.#lower.stat(index, lowerPoint(steps, step.index), path);
        found.set(key, await observeDestination(await target.container(), below, step));
      }
    }
    return found;
  }

  async #carryOut(
    plan: Plan,
    turn: Turn & { readonly push: number },
  ): Promise<{ outcome: PushOutcome; rebuild?: string }> {
    switch (plan.kind) {
      case 'nothing':
        return { outcome: 'nothing' };
      case 'rebuild':
        return this.#options.dryRun ? { outcome: 'nothing' } : { outcome: 'nothing', rebuild: plan.reason };
      case 'fault':
        for (const { range, ...diagnostic } of plan.diagnostics) {
          const { service, sink } = this.#options;
          sink({ type: 'diagnostic', service, ...diagnostic, ...(range && { line: range.line }) });
        }
        return { outcome: 'failed' };
      case 'replay':
        return this.#replay(plan, turn);
    }
  }

  async #replay(
    plan: Extract<Plan, { kind: 'replay' }>,
    turn: Turn & { readonly push: number },
  ): Promise<{ outcome: PushOutcome; rebuild?: string }> {
    if (this.#options.dryRun) {
      for (const target of this.#targets.all.values()) target.progress.finish();
      return { outcome: 'nothing' };
    }
    const failures = await executePlan(plan.stages, {
      ...this.#options,
      restartBy: this.#options.restartBy ?? { kind: 'container' },
      ...turn,
      targets: this.#targets.all,
      stageTarget: (stage) => this.#targets.stage(stage),
      lower: this.#lower,
    });
    if (failures.length === 0) return { outcome: 'done' };
    if (turn.signal.aborted) return { outcome: 'cancelled' };
    return this.#judge(failures);
  }

  /**
   * What failures come to: a container that refuses an operation is built anew, a file that changed is read again, and one
   * that is gone is let go of.
   */
  async #judge(failures: readonly TargetFailure[]): Promise<{ outcome: PushOutcome; rebuild?: string }> {
    const refused = failures.find(({ error }) => codeOf(error) === 'container-refused');
    if (refused) return { outcome: 'failed', rebuild: messageOf(refused.error) };
    const helper = failures.find(({ target, error }) => !target.final && isLost(error));
    if (helper) return { outcome: 'failed', rebuild: `the container of stage ${helper.target.stage.index} is gone` };
    for (const { target, error } of failures) {
      if (isLost(error) && (await isGone(target))) this.#lost.add(target.name);
      else this.#diagnose(error);
    }
    if (failures.some(({ error }) => codeOf(error) === 'context-file')) this.#options.onRetry();
    return { outcome: 'failed' };
  }

  /** After the push that has led to it, unless a later one has started the process again by then. */
  async #reportExit(containerId: string, exit: ProcessExit): Promise<void> {
    await this.#running;
    const { service, sink } = this.#options;
    const isLast = this.#targets.all.get(containerId)?.supervisor.exit === exit;
    if (isLast) sink({ type: 'processExit', service, containerId, exitCode: exit.code });
  }

  /** The user has seen a failed step's command, output and code already. */
  #diagnose(error: unknown): void {
    if (error instanceof StepFailed) return;
    const { service, sink } = this.#options;
    const { code, hint } = error instanceof LivepushError ? error : { code: 'internal', hint: undefined };
    sink({ type: 'diagnostic', service, severity: 'error', code, message: messageOf(error), ...(hint && { hint }) });
  }
}

const codeOf = (error: unknown) => (error instanceof LivepushError ? error.code : undefined);

const isLost = (error: unknown): boolean => codeOf(error) === 'container-lost';

/** True when the engine does not have the container any more: one that only stopped can be started again. */
const isGone = (target: Target): Promise<boolean> =>
  target.refresh().then(
    () => false,
    (error: unknown) => isLost(error),
  );
