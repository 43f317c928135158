import { join } from 'node:path';
import type { Stage } from '../dockerfile/model.js';
import { inOriginalLines } from '../dockerfile/original-lines.js';
import type { Drift } from '../engine/find-drift.js';
import { isLost } from '../engine/look-for-end.js';
import type { Arrival } from '../engine/phase-clock.js';
import type { ServiceEngine } from '../engine/service-engine.js';
import type { ContextTree } from '../plan/context-tree.js';
import { isGitFile, namesGit } from '../plan/git-folder.js';
import { systemClock } from '../watch/batch.js';
import type { TreeChange } from '../watch/scan-context.js';
import { type Attachment, reportAttached, runningImageOf } from './attachment.js';
import { EarlyEdits } from './early-edits.js';
import { FollowedFiles, type FollowedRecipe } from './followed-files.js';
import { LoopBrake } from './loop-brake.js';
import { openEngine } from './open-engine.js';
import type { FollowedService } from './reconcile.js';
import { entriesOf, recipeOf, type SeenFiles } from './seen-files.js';
import { olderDrift, serviceDrift } from './service-drift.js';
import type { LiveModel } from './service-model.js';
import type { ServiceSessionOptions } from './service-session-options.js';
import { nextState, type ServiceState, type ServiceTurn } from './service-state.js';
import { type Hold, WaitingEdits } from './waiting-edits.js';

/** One live service: its files are followed from before the build on, its containers from when they are there. */
export class ServiceSession {
  readonly model: LiveModel;
  stages: readonly Stage[];
  readonly #options: ServiceSessionOptions;
  readonly #files: FollowedFiles;
  #engine: ServiceEngine | undefined;
  readonly #edits = new WaitingEdits();
  readonly #brake: LoopBrake;
  #pushes: number;
  /** A step names files of git's own: an edit of these is one like any other. */
  readonly #wantsGit: boolean;
  #state: ServiceState = { kind: 'opening' };
  #attachment: Attachment | undefined;
  #seen: SeenFiles | undefined;
  /** What the containers lack, and was not asked for. */
  #left: TreeChange[] = [];
  readonly #early = new EarlyEdits();

  constructor(options: ServiceSessionOptions, planned: FollowedRecipe) {
    this.model = options.model;
    this.#options = options;
    this.#pushes = options.pushes;
    this.stages = planned.stages;
    this.#brake = new LoopBrake({ ...options, service: this.name, onPauseEnd: () => this.#handOver() });
    this.#wantsGit = namesGit(planned.stages.flatMap(({ steps }) => steps));
    this.#files = new FollowedFiles({ ...options, onChanges: this.#take, onOutdated: this.#tellOutdated }, planned);
  }

  /** How it stands. */
  get state(): ServiceState {
    return this.#state;
  }

  /** Something has happened to it. */
  turn(turn: ServiceTurn): void {
    this.#state = nextState(this.#state, turn);
  }

  /** True when there are containers that get its pushes. */
  get isAttached(): boolean {
    return this.#engine !== undefined;
  }

  get name(): string {
    return this.model.build.service.name;
  }

  /** Follows the files from now on. */
  watch(): Promise<void> {
    return this.#files.watch();
  }

  /** Pushes to these containers from now on, beginning with what has changed since the files were first read. */
  async attach(attachment: Attachment): Promise<void> {
    const { note, landing, dryRun, model } = this.#options;
    this.stages = inOriginalLines(attachment.stages, model.lineMap);
    this.#attachment = attachment;
    if (attachment.compared || !attachment.images.late?.readsContext) this.#early.forget();
    this.#seen = await note?.read(attachment.containerIds);
    await landing.read(attachment.containerIds);
    if (!dryRun) await Promise.all([note?.remove(), landing.end()]);
    const final = attachment.compared ? await runningImageOf(this.#options.engine, attachment) : attachment.imageId;
    const settings = { ...this.#options, sink: this.#brake.sink };
    const engine = await openEngine(settings, {
      ...{ ...attachment, images: { ...attachment.images, final } },
      ...(attachment.compared && { older: (id: string) => this.#older([id]) }),
      ...{ stages: this.stages, tree: this.#files.tree, pushes: this.#pushes },
      onRetry: () => void this.#files.look(),
      ...{ calm: () => this.#files.calm(), isPolled: () => this.#files.isPolled },
    });
    await this.#report(attachment.containerIds);
    await this.#files.built();
    this.#engine = engine;
    this.turn({ kind: 'attach' });
    this.#tellOutdated();
    this.#edits.endBuild();
    this.#handOver();
  }

  /** What the service's pushes go to. */
  get followed(): FollowedService {
    return { name: this.name, containerIds: this.#engine?.containerIds ?? [], imageId: this.#attachment?.imageId };
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

  /** Pushes to further containers, which are as their image was built: whenever that was, they get all that came after. */
  async adopt(containerIds: readonly string[]): Promise<void> {
    try {
      this.#engine?.adopt(containerIds, await this.#older(containerIds));
    } catch (error) {
      // it has ended meanwhile: the event of that leads to another look
      if (isLost(error)) return;
      throw error;
    }
    await this.#report(this.followed.containerIds);
  }

  /** What containers that are as their image was built lack of the files; undefined where the session has built it. */
  async #older(containerIds: readonly string[]): Promise<Drift | undefined> {
    const attachment = this.#attachment && { ...this.#attachment, containerIds };
    return attachment && olderDrift({ ...this.#options, attachment, tree: this.tree });
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

  /** Makes what its first push would wait for. */
  async openAhead(): Promise<void> {
    await this.#engine?.openAhead();
  }

  /** Resolves when no push is running. */
  async idle(): Promise<void> {
    await this.#engine?.idle();
  }

  /** The context as it was last seen. */
  get tree(): ContextTree {
    return this.#files.tree;
  }

  /** Pushes these paths as if they had been edited just now. Resolves when no push is running or waiting. */
  async pushAgain(paths: readonly string[]): Promise<void> {
    const entries = paths.map((path) => [path, this.tree.get(path)] as const);
    const changes = entries.flatMap(([path, entry]) => (entry ? [{ path, before: entry, after: entry }] : []));
    // not by going back to the image, which holds them
    this.#engine?.take(changes, { duringBuild: true });
    await this.#engine?.idle();
  }

  /** Pushes what was edited since the images of the containers were built; of paths (absolute, links resolved), only what they hold. Gives all of that. */
  async catchUp(paths?: readonly string[]): Promise<string[]> {
    const [attachment, { model, engine, landing }] = [this.#attachment, this.#options];
    if (!attachment) return [];
    const known = { attachment, paths, seen: this.#seen, tree: this.tree, isBroken: landing.isBroken };
    const drift = await serviceDrift({ model, engine, ...known });
    if (drift.kind === 'rebuild') {
      this.#options.onRebuild(drift.reason);
      return [drift.context];
    }
    this.#edits.add(drift.meant);
    for (const change of drift.others) this.#left.push(change);
    if (drift.staleCopy !== undefined) this.#engine?.distrust(drift.staleCopy);
    this.#handOver();
    this.#engine?.resume();
    return drift.meant.map(({ path }) => join(drift.context, path));
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
    this.#edits.hold(why);
  }

  /** Hands over what was held back, and all that comes, unless there is another reason to hold it. */
  release(why: Hold): void {
    this.#edits.release(why);
    this.#handOver();
  }

  /** The project's files are read from now on. */
  beginReading(): void {
    this.#edits.beginReading();
  }

  /** Resolves when all edits that were noticed so far are among those that wait or are pushed. */
  calm(): Promise<void> {
    return this.#files.calm();
  }

  /** What was edited together with the project's files waits for the next save: it goes with what could not be carried out. */
  leave(): void {
    this.#edits.release('files');
    if (this.#edits.hasLater) this.#handOver();
  }

  /** Why the service has to be built anew, where a push cannot bring it. */
  get outdated(): string | undefined {
    return this.#early.reason ?? this.#files.outdated;
  }

  /** Its images read the context no more. */
  async imagesRead(): Promise<void> {
    const readAt = systemClock.now();
    await this.#files.calm();
    this.#early.settle(this.tree, this.stages, readAt);
    this.#tellOutdated();
  }

  /** Reads what of its files was left for later. */
  readRest(): Promise<void> {
    return this.#files.readRest();
  }

  async close(): Promise<void> {
    this.turn({ kind: 'close' });
    await this.#files.close();
    await this.#noteSeen();
    const engine = this.#engine;
    await this.detach();
    // of containers that do not outlive the session just a landing that was broken off is worth a note
    if (!this.#options.note && engine?.areWhole) await this.#options.landing.end();
  }

  async #report(containerIds: readonly string[]): Promise<void> {
    if (this.#attachment) await reportAttached({ ...this.#options, ...this.#attachment, containerIds });
  }

  /** Where a push has failed, or was not to be, nobody knows what the containers hold. */
  async #noteSeen(): Promise<void> {
    const engine = this.#engine;
    if (!engine?.isUpToDate || !this.#edits.isEmpty || this.#options.dryRun || !this.#files.isComplete) return;
    const entries = entriesOf(this.tree, this.#left);
    await this.#options.note?.write({ recipe: recipeOf(this.model), containerIds: engine.containerIds, entries });
  }

  readonly #take = (changes: readonly TreeChange[], arrival: Arrival | undefined): void => {
    this.#edits.add(changes, arrival);
    if (!this.#wantsGit && changes.every(({ path }) => isGitFile(path))) return; // they go with the next push
    this.#early.add(changes, arrival?.first);
    this.#options.onEdits();
    if (this.#state.kind === 'retrying') this.#options.onSave(this.#state);
    if (!this.#brake.holdsBack(changes)) this.#handOver();
  };

  readonly #tellOutdated = (): void => {
    if (!this.#engine || this.outdated === undefined) return;
    this.#edits.hold('files');
    this.#options.onOutdated();
  };

  #handOver(): void {
    this.#brake.release();
    const edits = this.#engine && this.#edits.takeAll();
    if (edits) this.#engine?.take(edits.changes, edits);
  }
}
