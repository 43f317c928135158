import type { Engine } from '../docker/engine.js';
import type { Stage, Step } from '../dockerfile/model.js';
import { inOriginalLines } from '../dockerfile/original-lines.js';
import { resolveStages } from '../dockerfile/resolve.js';
import { keptStages } from '../engine/kept-stages.js';
import { type KnownImages, lookUpImages } from './base-images.js';
import type { Dockerfile } from './dockerfile.js';
import { DockerfileParseError } from './errors.js';

/** The stages of a live Dockerfile, as build arguments and the images that they start from make them. */
export class LiveStages {
  readonly #dockerfile: Dockerfile;
  #args: Readonly<Record<string, string>> = {};
  #known: { readonly args: Readonly<Record<string, string>>; readonly images: KnownImages } | undefined;
  #stages: readonly Stage[];

  /** Throws `DockerfileParseError` for a variable that cannot be expanded. */
  constructor(dockerfile: Dockerfile) {
    this.#dockerfile = dockerfile;
    this.#stages = this.#resolve();
  }

  /** All stages, with the lines of the Dockerfile that was given. */
  get all(): readonly Stage[] {
    return inOriginalLines(this.#stages, this.#dockerfile.lineMap);
  }

  /** The steps of the stages that are kept up to date. */
  get steps(): readonly Step[] {
    const kept = new Set([...keptStages(this.#stages), this.#stages.length - 1]);
    return this.#stages.filter(({ index }) => kept.has(index)).flatMap(({ steps }) => steps);
  }

  /** References of the images that the engine has. */
  get present(): ReadonlySet<string> {
    return this.#known?.images.present ?? new Set();
  }

  /** Throws `DockerfileParseError` for a variable that cannot be expanded any more; then nothing is changed. */
  setArgs(args: Readonly<Record<string, string>>): void {
    const before = this.#args;
    this.#args = { ...args };
    try {
      this.#stages = this.#resolve();
    } catch (error) {
      this.#args = before;
      throw error;
    }
  }

  /** Asks the engine for the images that the stages start from, unless it was asked already. True when there was something to ask. */
  async lookUp(engine: Engine, images: readonly string[]): Promise<boolean> {
    const args = this.#args;
    if (this.#known?.args === args) return false;
    const { stages: parsed } = this.#dockerfile;
    this.#known = { args, images: await lookUpImages({ engine, stages: this.#stages, parsed, images }) };
    this.#stages = this.#resolve();
    return true;
  }

  #resolve(): readonly Stage[] {
    const known = this.#known?.images;
    const { stages, diagnostics } = resolveStages(this.#dockerfile.parsed, {
      buildArgs: this.#args,
      additionalContexts: [],
      platform: known?.platform,
      builder: known?.builder,
      baseConfig: (ref) => known?.configs.get(ref),
      liveCommand: this.#dockerfile.liveCommand,
    });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new DockerfileParseError(errors);
    return stages;
  }
}
