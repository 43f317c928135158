import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import type { BuildSpec } from '../compose/build-spec.js';
import type { RestartSetting } from '../compose/restart-setting.js';
import type { Engine } from '../docker/engine.js';
import type { Stage, Step } from '../dockerfile/model.js';
import { inOriginalLines } from '../dockerfile/original-lines.js';
import { findDrift } from '../engine/find-drift.js';
import type { Arrival } from '../engine/phase-clock.js';
import { ServiceEngine } from '../engine/service-engine.js';
import type { SessionImages } from '../engine/session-images.js';
import { messageOf } from '../errors.js';
import type { EventSink } from '../events.js';
import { type ContextTree, isWithin } from '../plan/context-tree.js';
import { watchRoots } from '../plan/find-stale.js';
import { formatPlan } from '../plan/format-plan.js';
import type { Plan } from '../plan/plan.js';
import { type BatchTimes, systemClock } from '../watch/batch.js';
import { ContextFeed } from '../watch/context-feed.js';
import { ignoreNothing, parseIgnore } from '../watch/ignore.js';
import type { ScanResult, TreeChange } from '../watch/scan-context.js';
import { publishedUrls } from './published-urls.js';
import type { FollowedService } from './reconcile.js';
import { driftSince, entriesOf, recipeOf, type SeenFiles, type SeenFilesNote } from './seen-files.js';
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
  /** What earlier sessions noted of the containers; written again at the end, unless it is undefined. */
  readonly note: SeenFilesNote | undefined;
  readonly signal: AbortSignal;
  /** Content of a secret of a build. */
  readonly secret: (spec: BuildSpec, id: string) => Promise<Buffer | undefined>;
  /** How many pushes of the service there were before. */
  readonly pushes: number;
  /** Replaying cannot do it: the service has to be built anew. */
  readonly onRebuild: (reason: string) => void;
  /** A file was saved while an edit of the project's files could not be carried out. */
  readonly onSave: () => void;
}

/** What a session is attached to. */
export interface Attachment {
  readonly stages: readonly Stage[];
  readonly images: SessionImages;
  readonly containerIds: readonly string[];
  /** How the main process is restarted; by its container when left out. */
  readonly restartBy?: RestartSetting;
  readonly imageId: string | undefined;
}

/** Paths of an operation that a dry run lists one by one. */
const LISTED = 20;

/** Why changes are held back. */
type Hold = 'paused' | 'rebuild' | 'engine';

/** How often the longest wait is longer than the quiet window: a burst is pushed in parts of about this length. */
const CAP_FACTOR = 20;

/** One live service: its files are followed from before the build on, its containers from when they are there. */
export class ServiceSession {
  readonly model: LiveModel;
  readonly #options: ServiceSessionOptions;
  readonly #feed: ContextFeed;
  #engine: ServiceEngine | undefined;
  #stages: readonly Stage[] = [];
  /** Changes that came while there was nothing to push to. */
  #early: TreeChange[] = [];
  /** How the first of them came. */
  #arrival: Arrival | undefined;
  #imageId: string | undefined;
  #pushes: number;
  readonly #holds = new Set<Hold>();
  /** Names of the stages that are kept up to date, for reports. */
  #attached: { readonly stages: readonly string[] } = { stages: [] };
  /** An edit of the project's files waits to be carried out. */
  #stale = false;
  #attachment: Attachment | undefined;
  #seen: SeenFiles | undefined;
  /** What the containers lack, and was not asked for. */
  #left: TreeChange[] = [];

  constructor(options: ServiceSessionOptions, stages: readonly Stage[]) {
    this.model = options.model;
    this.#options = options;
    this.#pushes = options.pushes;
    const { spec } = options.model.build;
    const steps = stages.flatMap((stage) => stage.steps);
    this.#feed = new ContextFeed({
      context: spec.context,
      ignore: ignoreOf(options.model),
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
  async attach({ stages, images, containerIds, restartBy, imageId }: Attachment): Promise<void> {
    const { model, engine, restart, dryRun, sink } = this.#options;
    // a folder that went away meanwhile may come back
    const { context } = model.build.spec;
    this.#stages = inOriginalLines(stages, model.lineMap);
    this.#imageId = imageId;
    this.#attachment = { stages, images, containerIds, imageId };
    this.#seen = await this.#options.note?.read(containerIds);
    if (!dryRun) await this.#options.note?.remove();
    const service = new ServiceEngine({
      service: this.name,
      file: model.build.dockerfilePath,
      contextRoot: await realpath(context).catch(() => context),
      stages: this.#stages,
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
      pushes: this.#pushes,
      onRebuild: (reason) => this.#options.onRebuild(reason),
      onRetry: () => void this.#feed.look(['']),
    });
    this.#attached = { stages: stages.map((stage) => stage.name ?? String(stage.index)) };
    await this.#report(containerIds);
    await this.#feed.look(['']);
    this.#engine = service;
    this.#handOver({ duringBuild: true });
  }

  /** What the service's pushes go to. */
  get followed(): FollowedService {
    return { name: this.name, containerIds: this.#engine?.containerIds ?? [], imageId: this.#imageId };
  }

  /** How many pushes of the service there were so far. */
  get pushes(): number {
    return this.#engine?.pushes ?? this.#pushes;
  }

  /** True while a push is running. */
  get busy(): boolean {
    return this.#engine?.busy === true;
  }

  /** Hears of the end of a main process again, after somebody has started its container. */
  listen(containerId: string): void {
    this.#engine?.listen(containerId);
  }

  /** Pushes to further containers, which are as their image was built. */
  async adopt(containerIds: readonly string[]): Promise<void> {
    this.#engine?.adopt(containerIds);
    await this.#report(this.followed.containerIds);
  }

  /** Lets go of a container that is gone. */
  drop(containerId: string): void {
    this.#engine?.drop(containerId);
  }

  /** Goes on with what could not be pushed while containers were away. */
  goOn(): void {
    this.#engine?.resume();
  }

  /** After the engine was away: what it has stopped of the service's helpers runs again. */
  async revive(): Promise<void> {
    await this.#engine?.revive();
  }

  /** Resolves when no push is running. */
  async idle(): Promise<void> {
    await this.#engine?.idle();
  }

  /** The context as it was last seen. */
  get tree(): ContextTree {
    return this.#feed.tree;
  }

  /** The stages that pushes are made for, in the lines of the Dockerfile; none before the service is attached. */
  get stages(): readonly Stage[] {
    return this.#stages;
  }

  /** Pushes these paths as if they had been edited just now. Resolves when no push is running or waiting. */
  async pushAgain(paths: readonly string[]): Promise<void> {
    const changes = paths.flatMap((path) => {
      const entry = this.tree.get(path);
      return entry === undefined ? [] : [{ path, before: entry, after: entry }];
    });
    this.#engine?.take(changes);
    await this.#engine?.idle();
  }

  /** Pushes what was edited since the images of the containers were built; of paths (absolute, links resolved), only what they hold. */
  async catchUp(paths?: readonly string[]): Promise<void> {
    const { engine } = this.#options;
    const context = await realpath(this.model.build.spec.context);
    const meant = paths?.map((path) => relative(context, path)) ?? [''];
    const concerns = (path: string) => meant.some((at) => isWithin(at, path));
    if (!this.#attachment) return;
    const { stages, images, containerIds } = this.#attachment;
    const stage = stages.at(-1);
    if (!stage) return;
    const { ignores } = ignoreOf(this.model);
    const options = { engine, images, stage, tree: this.#feed.tree, ignores };
    if (this.#seen && this.#seen.recipe !== recipeOf(this.model))
      return this.#options.onRebuild('its Dockerfile or its build settings were edited since');
    const drift = this.#seen
      ? [driftSince(this.#seen, { tree: this.#feed.tree, stages, concerns })]
      : await Promise.all(containerIds.map((id) => findDrift(options, id)));
    const changes = new Map(drift.flatMap((each) => each.changes.map((change) => [change.path, change])));
    for (const [path, change] of changes) (concerns(path) ? this.#early : this.#left).push(change);
    const copies = drift.flatMap(({ staleCopy }) => staleCopy ?? []);
    if (copies.length > 0) this.#engine?.distrust(Math.min(...copies));
    this.#handOver({ duringBuild: false });
    this.#engine?.resume();
  }

  /** Lets go of the containers. */
  async detach(): Promise<void> {
    const engine = this.#engine;
    this.#pushes = this.pushes;
    this.#engine = undefined;
    await engine?.close();
  }

  /** Hands no more changes over; they are kept. */
  hold(why: Hold): void {
    this.#holds.add(why);
  }

  /** Hands over what was held back, and all that comes, unless there is another reason to hold it. */
  release(why: Hold): void {
    this.#holds.delete(why);
    this.#handOver();
  }

  /** An edit of the project's files could not be carried out: each save is a reason to try again. */
  set stale(stale: boolean) {
    this.#stale = stale;
  }

  async close(): Promise<void> {
    await this.#feed.close();
    await this.#noteSeen();
    await this.detach();
  }

  async #report(containerIds: readonly string[]): Promise<void> {
    const { engine, sink } = this.#options;
    const { stages } = this.#attached;
    const liveCommand = this.model.liveCommand?.value ?? null;
    // one that is gone by now is heard of soon
    const infos = await Promise.allSettled(containerIds.map((id) => engine.container(id).inspect()));
    const urls = publishedUrls(infos.flatMap((info) => (info.status === 'fulfilled' ? info.value : [])));
    const where = urls.length === 0 ? {} : { urls };
    sink({ type: 'attached', service: this.name, containerIds, stages, liveCommand, ...where });
  }

  /** Where a push has failed, or was not to be, nobody knows what the containers hold. */
  async #noteSeen(): Promise<void> {
    const engine = this.#engine;
    if (!engine?.isUpToDate || this.#early.length > 0 || this.#options.dryRun) return;
    const { containerIds } = engine;
    const entries = entriesOf(this.#feed.tree, this.#left);
    await this.#options.note?.write({ recipe: recipeOf(this.model), containerIds, entries });
  }

  #take({ changes, unreadable }: ScanResult, times: BatchTimes | undefined): void {
    for (const { path, reason } of unreadable)
      this.#note('context-file', `Cannot read ${path}, it is passed over: ${reason}`);
    if (changes.length > 0 && times) this.#arrival ??= { ...times, looked: systemClock.now() };
    for (const change of changes) this.#early.push(change);
    if (this.#stale && changes.length > 0) this.#options.onSave();
    this.#handOver();
  }

  #handOver({ duringBuild = false } = {}): void {
    if (!this.#engine || this.#holds.size > 0 || this.#early.length === 0) return;
    const [changes, arrival] = [this.#early, this.#arrival];
    this.#early = [];
    this.#arrival = undefined;
    this.#engine.take(changes, { arrival, duringBuild });
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

const ignoreOf = ({ build: { ignoreText } }: LiveModel) =>
  ignoreText === undefined ? ignoreNothing : parseIgnore(ignoreText);

const isAdd = (step: Step): boolean => step.kind === 'copy' && step.add;
