import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type { Container, Engine, PathStat } from '../docker/engine.js';
import { isLost } from './look-for-end.js';
import { NOT_COMPOSE } from './own-labels.js';
import { lowerKey, type SessionImages } from './session-images.js';

/** Those of a stage's steps before `before`. */
interface Layers {
  readonly stage: number;
  readonly before: number;
}

/** The file system that a stage's steps before `before` leave, as an image of them holds it. Only looked at, never run. */
export class LowerLayers {
  readonly #engine: Engine;
  readonly #images: SessionImages;
  readonly #containers = new Map<string, Promise<Container | undefined>>();
  readonly #present = new Map<string, boolean>();

  constructor(engine: Engine, images: SessionImages) {
    this.#engine = engine;
    this.#images = images;
  }

  /** What stands at a path; undefined when nothing does, `unknown` when there is no image of these layers. */
  async stat(stage: number, before: number, path: string): Promise<PathStat | undefined | 'unknown'> {
    return this.#look({ stage, before }, async (container) => {
      if (!container) return 'unknown';
      return (await this.#hasParents(container, path)) ? container.stat(path) : undefined;
    });
  }

  /** The tar stream of a path, with all below it. */
  async archive(stage: number, before: number, path: string): Promise<Readable | undefined> {
    return this.#look({ stage, before }, async (container) => container?.getArchive(path));
  }

  async dispose(): Promise<void> {
    const containers = [...this.#containers.values()];
    this.#containers.clear();
    await Promise.allSettled(containers.map(async (container) => (await container)?.remove()));
  }

  /** Layers do not change: whether a directory is there is asked once. */
  async #hasParents(container: Container, path: string): Promise<boolean> {
    const parent = posix.dirname(path);
    if (parent === '/') return true;
    const key = `${container.id}:${parent}`;
    const known = this.#present.get(key);
    if (known !== undefined) return known;
    const present = (await this.#hasParents(container, parent)) && (await container.stat(parent)) !== undefined;
    this.#present.set(key, present);
    return present;
  }

  /** Where somebody has removed the container, as `docker container prune` does, another one shows the same. */
  async #look<Answer>(layers: Layers, look: (container: Container | undefined) => Promise<Answer>): Promise<Answer> {
    const opened = this.#container(layers);
    try {
      return await look(await opened);
    } catch (error) {
      if (!isLost(error)) throw error;
      const key = lowerKey(layers.stage, layers.before);
      if (this.#containers.get(key) === opened) this.#containers.delete(key);
      return look(await this.#container(layers));
    }
  }

  #container(layers: Layers): Promise<Container | undefined> {
    const key = lowerKey(layers.stage, layers.before);
    const known = this.#containers.get(key);
    if (known !== undefined) return known;
    const opened = this.#create(layers, this.#images.lower.get(key));
    this.#containers.set(key, opened);
    opened.catch(() => this.#containers.delete(key));
    return opened;
  }

  async #create({ stage, before }: Layers, image: string | undefined): Promise<Container | undefined> {
    if (image === undefined) return undefined;
    const { late } = this.#images;
    if (late?.includes(image)) await late.make();
    const labels = { ...this.#images.labels, 'docker-livepush.lower': String(before) };
    return openImage(this.#engine, { image, stage, labels });
  }
}

/** A container of an image that is only looked at: it is never started, and has to be removed. */
export async function openImage(
  engine: Engine,
  { image, stage, labels }: { image: string; stage: number; labels: SessionImages['labels'] },
): Promise<Container> {
  const id = await engine.createContainer({
    image,
    entrypoint: ['/livepush-never-started'],
    command: [],
    user: '0',
    labels: { ...NOT_COMPOSE, ...labels, 'docker-livepush.stage': String(stage) },
    init: false,
  });
  return engine.container(id);
}
