import type { Engine } from '../docker/engine.js';
import type { CopyStep, Stage } from '../dockerfile/model.js';
import { LivepushError, messageOf } from '../errors.js';
import type { EventSink, PushOutcome } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Destination } from '../plan/copy-map.js';
import { coverage, findStale, stagesRead } from '../plan/find-stale.js';
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
import { openStageContainer } from './stage-containers.js';
import { Target } from './target.js';

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
  readonly dryRun: boolean;
  readonly outputEncoding?: ExecuteOptions['outputEncoding'];
  readonly sink: EventSink;
  /** Told what a push comes to before it is carried out. */
  readonly onPlan: (plan: Plan) => void;
  /** Asked when replaying cannot do it. Runs after the push has ended; the engine is closed by then. */
  readonly onRebuild: (reason: string) => void;
  /** Paths that could not be read in the middle of a push: they have to be looked at again. */
  readonly onRetry: () => void;
}

/** What one push is done with; the signal fires when a newer change takes over. */
type Turn = Pick<ExecuteOptions, 'signal' | 'phases'>;

/** Keeps the containers of one service up to date: one push at a time, and a change in the middle of one takes over. */
export class ServiceEngine {
  readonly #options: ServiceEngineOptions;
  readonly #lower: LowerLayers;
  readonly #targets = new Map<string, Target>();
  readonly #destinations = new Map<string, Destination>();
  readonly #closing = new AbortController();
  #incoming: TreeChange[] = [];
  /** How the first of them came. */
  #arrival: Arrival | undefined;
  #running: Promise<void> | undefined;
  #current: AbortController | undefined;
  #push = 0;
  /** Nothing more is pushed until somebody asks for it. */
  #held = false;
  #restaged: readonly Stage[] | undefined;

  constructor(options: ServiceEngineOptions) {
    this.#options = options;
    this.#lower = new LowerLayers(options.engine, options.images);
    const { stages, engine, images, containerIds } = options;
    for (const index of keptStages(stages)) {
      const stage = stages[index] as Stage;
      const open = () => openStageContainer(engine, images, index);
      this.#targets.set(`stage ${index}`, new Target({ name: `stage ${index}`, stage, final: false, open }));
    }
    const stage = stages.at(-1) as Stage;
    for (const id of containerIds) {
      const open = async () => engine.container(id);
      this.#targets.set(id, new Target({ name: id, stage, final: true, open }));
    }
  }

  /** Takes what changed in the context. A running push that this concerns is cancelled, and taken over. True when a push follows. */
  take(changes: readonly TreeChange[], arrival?: Arrival): boolean {
    if (this.#closing.signal.aborted) return false;
    const steps = [...this.#targets.values()].flatMap(({ stage }) => stage.steps);
    const covered = coverage(this.#options.tree, steps);
    const relevant = changes.filter(({ path, before }) => covered(path, before));
    if (relevant.length === 0) return false;
    for (const change of relevant) this.#incoming.push(change);
    this.#arrival ??= arrival;
    this.#current?.abort();
    this.#start();
    return true;
  }

  /** Goes on with what earlier pushes left undone, if they did. True when a push follows. */
  resume(): boolean {
    const undone = [...this.#targets.values()].some(({ progress }) => progress.dirty || progress.pending.size > 0);
    if (this.#running || this.#closing.signal.aborted || (!undone && this.#incoming.length === 0)) return false;
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
    const targets = [...this.#targets.values()];
    for (const target of targets) target.shell.close();
    const helpers = targets.filter(({ final }) => !final);
    await Promise.allSettled(helpers.map(async (target) => (await target.opened)?.remove()));
    await this.#lower.dispose();
  }

  #start(): void {
    this.#held = false;
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  async #drain(): Promise<void> {
    do {
      const changes = this.#incoming;
      const phases = new PhaseClock(() => performance.now(), this.#arrival);
      this.#incoming = [];
      this.#arrival = undefined;
      this.#takeStages();
      for (const { progress } of this.#targets.values()) progress.add(changes);
      this.#current = new AbortController();
      await this.#pushOnce(changes, { signal: this.#current.signal, phases });
      this.#current = undefined;
    } while (this.#incoming.length > 0 && !this.#held && !this.#closing.signal.aborted);
  }

  #takeStages(): void {
    const stages = this.#restaged;
    if (!stages) return;
    this.#restaged = undefined;
    this.#destinations.clear();
    for (const target of this.#targets.values()) target.stage = stages[target.stage.index] ?? target.stage;
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
      this.#options.onPlan(plan);
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
    const stages = await Promise.all([...this.#targets.values()].map((target) => target.input()));
    const destinations = await this.#observe(stages);
    const destinationOf = (stage: number, step: CopyStep) => destinations.get(`${stage}.${step.index}`) as Destination;
    const plan = planChanges({ file, tree, stages, destinationOf });
    const planned = new Set(plan.kind === 'replay' ? plan.stages.map(({ target }) => target) : []);
    if (plan.kind === 'replay' || plan.kind === 'nothing') {
      for (const target of this.#targets.values()) if (!planned.has(target.name)) target.progress.finish();
    }
    return plan;
  }

  /** Looks where the COPY steps of stale stages write. The layers below them do not change: once is enough. */
  async #observe(stages: readonly StageInput[]): Promise<ReadonlyMap<string, Destination>> {
    const found = this.#destinations;
    for (const { input, from } of findStale(this.#options.tree, stages)) {
      const target = this.#targets.get(input.target) as Target;
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
      for (const target of this.#targets.values()) target.progress.finish();
      return { outcome: 'nothing' };
    }
    const failures = await executePlan(plan.stages, {
      ...this.#options,
      ...turn,
      targets: this.#targets,
      stageTarget: (stage) => this.#targets.get(`stage ${stage}`) as Target,
      lower: this.#lower,
    });
    if (failures.length === 0) return { outcome: 'done' };
    if (turn.signal.aborted) return { outcome: 'cancelled' };
    return this.#judge(failures);
  }

  /** What failures come to: a container that refuses an operation is built anew, a file that changed is read again. */
  #judge(failures: readonly TargetFailure[]): { outcome: PushOutcome; rebuild?: string } {
    const codes = failures.map(({ error }) => (error instanceof LivepushError ? error.code : undefined));
    const refused = failures.find((_, i) => codes[i] === 'container-refused');
    if (refused) return { outcome: 'failed', rebuild: messageOf(refused.error) };
    for (const { error } of failures) this.#diagnose(error);
    if (codes.includes('context-file')) this.#options.onRetry();
    return { outcome: 'failed' };
  }

  /** The user has seen a failed step's command, output and code already. */
  #diagnose(error: unknown): void {
    if (error instanceof StepFailed) return;
    const { service, sink } = this.#options;
    const { code, hint } = error instanceof LivepushError ? error : { code: 'internal', hint: undefined };
    sink({ type: 'diagnostic', service, severity: 'error', code, message: messageOf(error), ...(hint && { hint }) });
  }
}

/** Stages that the final one copies or mounts from, directly or through others: each gets a container of its own. */
export function keptStages(stages: readonly Stage[]): number[] {
  const kept = new Set<number>();
  const visit = (stage: Stage | undefined): void => {
    for (const index of stage ? stagesRead(stage.steps) : []) {
      if (kept.has(index)) continue;
      kept.add(index);
      visit(stages[index]);
    }
  };
  visit(stages.at(-1));
  return [...kept].sort((a, b) => a - b);
}
