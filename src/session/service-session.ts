import { realpath } from 'node:fs/promises';
import type { BuildSpec } from '../compose/build-spec.js';
import type { RestartSetting } from '../compose/restart-setting.js';
import type { Engine } from '../docker/engine.js';
import type { Stage, Step } from '../dockerfile/model.js';
import { inOriginalLines } from '../dockerfile/original-lines.js';
import type { Arrival } from '../engine/phase-clock.js';
import { ServiceEngine } from '../engine/service-engine.js';
import type { SessionImages } from '../engine/session-images.js';
import { messageOf } from '../errors.js';
import type { EventSink } from '../events.js';
import { watchRoots } from '../plan/find-stale.js';
import { formatPlan } from '../plan/format-plan.js';
import type { Plan } from '../plan/plan.js';
import { type BatchTimes, systemClock } from '../watch/batch.js';
import { ContextFeed } from '../watch/context-feed.js';
import { ignoreNothing, parseIgnore } from '../watch/ignore.js';
import type { ScanResult, TreeChange } from '../watch/scan-context.js';
import { publishedUrls } from './published-urls.js';
import type { LiveModel } from './service-model.js';

export interface ServiceSessionOptions {
  readonly model: LiveModel;
  readonly engine: Engine;
  readonly restart: boolean;
  readonly dryRun: boolean;
  /** Milliseconds. */
  readonly debounceMs: number;
  /** True: looks at the files again and again, and watches nothing. */
  readonly poll: boolean;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  /** Content of a secret of a build. */
  readonly secret: (spec: BuildSpec, id: string) => Promise<Buffer | undefined>;
  /** Builds the service anew and attaches it again. */
  readonly rebuild: (session: ServiceSession, reason: string) => Promise<void>;
}

/** What a session is attached to. */
export interface Attachment {
  readonly stages: readonly Stage[];
  readonly images: SessionImages;
  readonly containerIds: readonly string[];
  /** How the main process is restarted; by its container when left out. */
  readonly restartBy?: RestartSetting;
}

/** Paths of an operation that a dry run lists one by one. */
const LISTED = 20;

/** How often the longest wait is longer than the quiet window: a burst is pushed in parts of about this length. */
const CAP_FACTOR = 20;

/** One live service: its files are followed from before the build on, its containers from when they are there. */
export class ServiceSession {
  readonly model: LiveModel;
  readonly #options: ServiceSessionOptions;
  readonly #feed: ContextFeed;
  #engine: ServiceEngine | undefined;
  /** Changes that came while there was nothing to push to. */
  #early: TreeChange[] = [];
  /** How the first of them came. */
  #arrival: Arrival | undefined;
  #rebuilding: Promise<void> | undefined;
  #held = false;

  constructor(options: ServiceSessionOptions, stages: readonly Stage[]) {
    this.model = options.model;
    this.#options = options;
    const { spec, ignoreText } = options.model.build;
    const steps = stages.flatMap((stage) => stage.steps);
    this.#feed = new ContextFeed({
      context: spec.context,
      ignore: ignoreText === undefined ? ignoreNothing : parseIgnore(ignoreText),
      roots: watchRoots({ get: () => undefined, children: () => [] }, steps),
      rootsOf: (tree) => watchRoots(tree, steps),
      mayUnpack: () => steps.some(isAdd),
      window: { quiet: options.debounceMs, cap: options.debounceMs * CAP_FACTOR },
      clock: systemClock,
      signal: options.signal,
      poll: options.poll,
      onNotice: ({ range: _, ...notice }) => options.sink({ type: 'diagnostic', service: this.name, ...notice }),
      onResult: (result, times) => this.#take(result, times),
      onError: (error) => this.#warn('watch-failed', `The build context cannot be followed: ${messageOf(error)}`),
    });
  }

  get name(): string {
    return this.model.build.service.name;
  }

  /** Follows the files from now on. */
  watch(): Promise<void> {
    return this.#feed.start();
  }

  /** Pushes to these containers from now on, beginning with what has changed since the files were first read. */
  async attach({ stages, images, containerIds, restartBy }: Attachment): Promise<void> {
    const { model, engine, restart, dryRun, sink } = this.#options;
    this.#engine = new ServiceEngine({
      service: this.name,
      file: model.build.dockerfilePath,
      contextRoot: await realpath(model.build.spec.context),
      stages: inOriginalLines(stages, model.lineMap),
      tree: this.#feed.tree,
      secret: (id) => this.#options.secret(model.build.spec, id),
      engine,
      images,
      containerIds,
      restart,
      ...(restartBy && { restartBy }),
      dryRun,
      sink,
      onPlan: (plan, push) => this.#showPlan(plan, push),
      onRebuild: (reason) => this.#startRebuild(reason),
      onRetry: () => void this.#feed.look(['']),
    });
    const names = stages.map((stage) => stage.name ?? String(stage.index));
    const liveCommand = model.liveCommand?.value ?? null;
    const urls = publishedUrls(await Promise.all(containerIds.map((id) => engine.container(id).inspect())));
    const where = urls.length === 0 ? {} : { urls };
    sink({ type: 'attached', service: this.name, containerIds, stages: names, liveCommand, ...where });
    await this.#feed.look(['']);
    this.#handOver();
  }

  /** Lets go of the containers. */
  async detach(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.close();
  }

  /** Hands no more changes over; they are kept. */
  hold(): void {
    this.#held = true;
  }

  /** Hands over what was held back, and all that comes. */
  release(): void {
    this.#held = false;
    this.#handOver();
  }

  /** Builds the service anew; one that is being built already is waited for. */
  async rebuild(reason: string): Promise<void> {
    this.#startRebuild(reason);
    await this.#rebuilding;
  }

  async close(): Promise<void> {
    await this.#feed.close();
    await this.#rebuilding;
    await this.detach();
  }

  #take({ changes, unreadable }: ScanResult, times: BatchTimes | undefined): void {
    for (const { path, reason } of unreadable)
      this.#note('context-file', `Cannot read ${path}, it is passed over: ${reason}`);
    if (changes.length > 0 && times) this.#arrival ??= { ...times, looked: systemClock.now() };
    for (const change of changes) this.#early.push(change);
    this.#handOver();
  }

  #handOver(): void {
    if (!this.#engine || this.#rebuilding || this.#held || this.#early.length === 0) return;
    const [changes, arrival] = [this.#early, this.#arrival];
    this.#early = [];
    this.#arrival = undefined;
    this.#engine.take(changes, { arrival });
  }

  #startRebuild(reason: string): void {
    if (this.#rebuilding || this.#options.signal.aborted) return;
    // what was seen so far is in the build that starts now; what comes while it runs is pushed after it
    this.#early = [];
    this.#arrival = undefined;
    this.#rebuilding = this.#options.rebuild(this, reason).finally(() => {
      this.#rebuilding = undefined;
      this.#handOver();
    });
  }

  #showPlan(plan: Plan, push: number): void {
    if (!this.#options.dryRun) return;
    this.#options.sink({ type: 'plan', service: this.name, push, lines: formatPlan(plan, { listed: LISTED }) });
  }

  #note(code: string, message: string): void {
    this.#options.sink({ type: 'diagnostic', service: this.name, severity: 'note', code, message });
  }

  #warn(code: string, message: string): void {
    this.#options.sink({ type: 'diagnostic', service: this.name, severity: 'warning', code, message });
  }
}

const isAdd = (step: Step): boolean => step.kind === 'copy' && step.add;
