import type { Container, Engine } from '../docker/engine.js';
import type { Stage } from '../dockerfile/model.js';
import { keptStages } from '../engine/kept-stages.js';
import { LowerLayers } from '../engine/lower-layers.js';
import { ServiceEngine } from '../engine/service-engine.js';
import type { SessionImages } from '../engine/session-images.js';
import type { TreeChange } from '../watch/scan-context.js';
import type { ContextView, Look } from './context-view.js';
import { DOCKERFILE } from './dockerfile.js';
import { asThrown, ContainerNotRunningError, RebuildRequiredError, RuntimeError } from './errors.js';
import { type Holder, holdsPath } from './held-paths.js';
import type { LiveStages } from './live-stages.js';
import type { PushReport } from './push-report.js';
import { sessionImages } from './session-images.js';

export interface PushSessionOptions {
  readonly stages: LiveStages;
  readonly view: ContextView;
  readonly engine: Engine;
  readonly containerId: string;
  /** Ids of the images of the stages but the last, in order. */
  readonly stageImages: readonly string[];
  /** False: never restart the main process. */
  readonly restart: boolean;
  readonly report: PushReport;
}

/** A push that was begun, or found unnecessary. */
interface Begun {
  readonly ended: Promise<void>;
  readonly unreadable: Look['unreadable'];
}

/** What is there once a push was needed. */
interface Connected {
  readonly service: ServiceEngine;
  readonly images: SessionImages;
  /** Looks into the images of earlier stages. */
  readonly layers: LowerLayers;
}

/** Paths beyond which looking into the containers costs more than a push. */
const MANY = 200;

/** What stands behind a `Livepush`: what the container and the stages have seen, and who waits for what. */
export class PushSession {
  readonly #options: PushSessionOptions;
  #connected: Connected | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #cancels = 0;
  #closed: Promise<void> | undefined;

  constructor(options: PushSessionOptions) {
    this.#options = options;
  }

  /** Reads the context. What the engine has to tell is asked now if it answers, and else when a push needs it. */
  async open(): Promise<void> {
    const { stages, engine, stageImages, view } = this.#options;
    await stages.lookUp(engine, stageImages).catch(() => false);
    await view.follow(stages.steps);
  }

  /** Pushes what has changed at these paths, and what was left undone. Resolves when that is done, or another push took over. */
  async push(paths: readonly string[]): Promise<void> {
    const cancels = this.#cancels;
    const begun = this.#turn.then(() => this.#begin(paths, cancels));
    this.#turn = begun.catch(() => {});
    const { ended, unreadable } = await begun;
    await ended;
    const [first] = unreadable;
    if (first) throw new RuntimeError('context-file', `Cannot read ${first.path}: ${first.reason}.`);
  }

  /** Takes the steps anew from the next push on. */
  restage(): void {
    this.#options.view.setSteps(this.#options.stages.steps);
    this.#connected?.service.restage(this.#options.stages.all);
  }

  /** Ends a running push; what it had still to do is left to the next one. */
  async cancel(): Promise<void> {
    this.#cancels += 1;
    await this.#connected?.service.cancel();
    this.#options.report.release();
  }

  /** Ends a running push, and removes what was created in the engine. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#connected?.service.close();
    await this.#turn;
    await this.#connected?.layers.dispose();
    this.#options.report.release();
  }

  async #begin(paths: readonly string[], cancels: number): Promise<Begun> {
    const { view, report } = this.#options;
    this.#throwIfClosed();
    try {
      if (!report.running) await this.#throwIfStopped();
      const { service } = await this.#connect();
      const look = await view.look(paths);
      if (look.ignoreChanged) throw new RebuildRequiredError('the ignore file has changed');
      const changes = [...look.changed, ...(await this.#stale(look.doubtful))];
      this.#throwIfClosed();
      return { ended: this.#hand(service, changes, cancels), unreadable: look.unreadable };
    } catch (error) {
      throw asThrown(error);
    }
  }

  /** Hands changes over, and gives the end of the push that they lead to. */
  #hand(service: ServiceEngine, changes: readonly TreeChange[], cancels: number): Promise<void> {
    const { report } = this.#options;
    const { last, running } = report;
    const follows = service.take(changes) || service.resume();
    // asked to cancel while the files were looked at: the push begins, so that nothing is lost, and ends at once
    if (cancels !== this.#cancels) void service.cancel().then(() => report.release());
    if (follows) return report.ended(last + 1);
    // the push that is running is another call's, and so is what it fails of
    return running ? report.ended(last).catch(() => {}) : Promise.resolve();
  }

  #throwIfClosed(): void {
    if (!this.#closed) return;
    throw new ContainerNotRunningError('The intermediate containers were removed: nothing can be pushed any more.', {
      hint: 'Make a new instance.',
    });
  }

  async #throwIfStopped(): Promise<void> {
    const { engine, containerId } = this.#options;
    const { running, name, exitCode } = await engine.container(containerId).inspect();
    if (running) return;
    throw new ContainerNotRunningError(`Container ${name} is not running (exit code ${exitCode}).`, {
      hint: 'Start it, and push again.',
    });
  }

  async #connect(): Promise<Connected> {
    const { stages, engine, containerId, stageImages } = this.#options;
    if (await stages.lookUp(engine, stageImages)) this.restage();
    this.#throwIfClosed();
    if (this.#connected) return this.#connected;
    const images = sessionImages({ containerId, stages: stages.all, stageImages, present: stages.present });
    this.#connected = { images, layers: new LowerLayers(engine, images), service: this.#makeService(images) };
    return this.#connected;
  }

  #makeService(images: SessionImages): ServiceEngine {
    const { stages, view, engine, containerId, restart, report } = this.#options;
    return new ServiceEngine({
      ...{ service: containerId, file: DOCKERFILE, contextRoot: view.root, tree: view.tree, engine, images, restart },
      ...{ stages: stages.all, containerIds: [containerId], outputEncoding: 'latin1', dryRun: false },
      secret: async () => undefined,
      sink: report.sink,
      onPlan: () => {},
      // the end of the push says so
      onRebuild: () => {},
      // a file that changed in the middle of a push is named by the next call
      onRetry: () => {},
    });
  }

  /** Of changes that may have been there before the container was made, those that it does not have. */
  async #stale(doubtful: readonly TreeChange[]): Promise<readonly TreeChange[]> {
    const { view, report } = this.#options;
    const relevant = doubtful.filter(({ path }) => view.covers(path));
    // what a push that is running has changed already cannot be told from what was there
    if (report.running || relevant.length > MANY) return relevant;
    const stale: TreeChange[] = [];
    for (const change of relevant) if (!(await this.#isHeld(change.path))) stale.push(change);
    return stale;
  }

  async #isHeld(path: string): Promise<boolean> {
    const { stages, view } = this.#options;
    const { all } = stages;
    for (const index of [...keptStages(all), all.length - 1]) {
      const { steps } = all[index] as Stage;
      if (!(await holdsPath({ holder: this.#holder(index), tree: view.tree, steps }, path))) return false;
    }
    return true;
  }

  /** What a stage has come to: the container itself, or the image of an earlier stage. */
  #holder(index: number): Holder {
    const { stages, engine, containerId } = this.#options;
    const { all } = stages;
    const container: Container = engine.container(containerId);
    const layers = this.#connected?.layers;
    if (index === all.length - 1 || !layers) return container;
    const { length } = (all[index] as Stage).steps;
    return {
      stat: async (path) => {
        const found = await layers.stat(index, length, path);
        return found === 'unknown' ? undefined : found;
      },
      getArchive: (path) => layers.archive(index, length, path),
    };
  }
}
