import { EventEmitter } from 'node:events';
import type { DockerHandle } from '../docker/docker-handle.js';
import { EngineClient } from '../docker/engine-client.js';
import { ContextView } from './context-view.js';
import { Dockerfile } from './dockerfile.js';
import { InvalidArgumentError } from './errors.js';
import type { LivepushEvents } from './events.js';
import { LiveStages } from './live-stages.js';
import { type Emit, PushReport } from './push-report.js';
import { PushSession } from './push-session.js';

/** What an instance is made of. */
export type LivepushConstructOpts = (
  | {
      /** Text of the Dockerfile, with or without directives. */
      readonly dockerfileContent: string | Buffer;
    }
  | { readonly dockerfile: Dockerfile }
) & {
  /** Folder of the build context. Its `.dockerignore` counts. */
  readonly context: string;
  /** Id of the running container that was made from the image of the live Dockerfile. */
  readonly containerId: string;
  /** Ids of the images of all stages but the last, in order; `[]` for a single stage. */
  readonly stageImages: readonly string[];
  /** A Dockerode instance. It is the caller's: no other connection is opened, and this one is not closed. */
  readonly docker: DockerHandle;
  /** Never restart the container after a push. */
  readonly skipContainerRestart?: boolean;
};

/** Keeps one running container up to date with its build context, by replaying the Dockerfile steps that a change makes stale. */
export class Livepush extends EventEmitter<LivepushEvents> {
  /** The Dockerfile that the container was built from. */
  readonly dockerfile: Dockerfile;
  /** Absolute path of the build context, with links resolved. */
  readonly context: string;
  readonly #view: ContextView;
  readonly #stages: LiveStages;
  readonly #session: PushSession;

  private constructor(opts: LivepushConstructOpts, dockerfile: Dockerfile, view: ContextView) {
    super();
    const { docker, containerId, stageImages, skipContainerRestart = false } = opts;
    this.dockerfile = dockerfile;
    this.context = view.root;
    this.#view = view;
    this.#stages = new LiveStages(dockerfile);
    const engine = new EngineClient({ docker, address: addressOf(docker), close: () => {} });
    const report = new PushReport(this.#emitSafely);
    const common = { stages: this.#stages, view, engine, report };
    this.#session = new PushSession({ ...common, containerId, stageImages, restart: !skipContainerRestart });
  }

  /**
   * Makes an instance and reads the build context. Starts nothing in the engine: the container of an earlier stage is
   * started when a push first needs it.
   *
   * Throws `DockerfileParseError`, and `InvalidArgumentError` for a wrong number of stage images or a context that is not
   * there.
   */
  static async init(opts: LivepushConstructOpts): Promise<Livepush> {
    const dockerfile = dockerfileOf(opts);
    const stages = dockerfile.stages.length;
    const images = opts.stageImages.length;
    if (images !== stages - 1) {
      throw new InvalidArgumentError(
        `The Dockerfile has ${stages} ${stages === 1 ? 'stage' : 'stages'}, so that stageImages needs ${stages - 1} ` +
          `image ids, but it has ${images}.`,
        { hint: 'Give the image ids of all stages but the last, in order.' },
      );
    }
    const livepush = new Livepush(opts, dockerfile, await ContextView.open(opts.context));
    await livepush.#session.open();
    return livepush;
  }

  /**
   * Pushes files that have changed: paths relative to the context, or absolute. In which list a path stands does not
   * matter: what became of it is looked up on the disk, and what is as it was pushed before is no change. What an earlier
   * push left undone is done as well.
   *
   * A push that is running is cancelled, and the new one takes over all that was not done yet; the promise of the cancelled
   * call resolves. So does that of a push which ends at a command with another code than 0: `commandReturn` and
   * `livepushEnd` tell.
   *
   * Throws `ContainerNotRunningError` when the container is not running, and after `cleanupIntermediateContainers`;
   * `RebuildRequiredError` when only a build can make the change; `RuntimeError` for the rest.
   */
  async performLivepush(addedOrUpdated: readonly string[], deleted: readonly string[]): Promise<void> {
    await this.#session.push(this.#view.relative([...addedOrUpdated, ...deleted]));
  }

  /** True when a change of these paths calls for a push: a step of the Dockerfile reads one of them. Does not look at the disk. */
  livepushNeeded(addedOrUpdated: readonly string[], deleted: readonly string[]): boolean {
    return this.#view.concerns(this.#view.relative([...addedOrUpdated, ...deleted]));
  }

  /** Ends a running push: its command is killed, and what it had still to do is left to the next one. Resolves when it has ended. */
  async cancel(): Promise<void> {
    await this.#session.cancel();
  }

  /**
   * Takes the build arguments that the image was built with, in place of those given before. A `RUN` sees those that the
   * Dockerfile declares. Throws `DockerfileParseError` when a variable cannot be expanded with them.
   */
  setBuildArgs(buildArgs: Readonly<Record<string, string>>): void {
    this.#stages.setArgs(buildArgs);
    this.#session.restage();
  }

  /**
   * Ends a running push, and removes the containers of earlier stages. The container that is kept up to date is left alone.
   * Pushes are over then. Safe to call twice.
   */
  async cleanupIntermediateContainers(): Promise<void> {
    await this.#session.close();
  }

  /** What a listener throws is its own: it must not end a push half-way. */
  readonly #emitSafely: Emit = (name, ...args) => {
    try {
      EventEmitter.prototype.emit.call(this, name, ...args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}

function dockerfileOf(opts: LivepushConstructOpts): Dockerfile {
  if ('dockerfile' in opts && opts.dockerfile) return opts.dockerfile;
  if ('dockerfileContent' in opts && opts.dockerfileContent !== undefined)
    return new Dockerfile(opts.dockerfileContent);
  throw new InvalidArgumentError('There is no Dockerfile.', { hint: 'Give dockerfileContent or dockerfile.' });
}

/** How messages name the engine. */
function addressOf({ modem }: DockerHandle): string {
  const { socketPath, protocol, host, port } = Object(modem) as Record<string, unknown>;
  return typeof socketPath === 'string' ? socketPath : `${protocol ?? 'tcp'}://${host ?? 'unknown'}:${port ?? ''}`;
}
