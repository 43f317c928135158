import { baseConfigOf } from '../docker/base-config.js';
import type { Engine, EngineFacts, ImageInfo } from '../docker/engine.js';
import type { BaseConfig, ParsedStage, Stage } from '../dockerfile/model.js';

/** What the engine knows of itself, and of the images that stages start from. */
export interface KnownImages extends EngineFacts {
  /** By reference; one that is told by the image of a stage is in it, too. */
  readonly configs: ReadonlyMap<string, BaseConfig>;
  /** References of images that the engine has. */
  readonly present: ReadonlySet<string>;
}

interface Asked {
  readonly engine: Engine;
  readonly stages: readonly Stage[];
  readonly parsed: readonly ParsedStage[];
  /** Image of each stage, by its number. */
  readonly images: readonly string[];
}

/** Looks up the images that these stages start from. One that the engine does not have is told by the stage made of it. */
export async function lookUpImages({ engine, stages, parsed, images }: Asked): Promise<KnownImages> {
  const facts = await engine.facts();
  const configs = new Map<string, BaseConfig>();
  const present = new Set<string>();
  for (const { base, index } of stages) {
    if (base.kind !== 'image' || configs.has(base.ref)) continue;
    const found = await engine.inspectImage(base.ref);
    if (found) present.add(base.ref);
    const made = found || images[index] === undefined ? undefined : await engine.inspectImage(images[index]);
    if (found) configs.set(base.ref, baseConfigOf(found));
    else if (made) configs.set(base.ref, configUnder(made, parsed[index]));
  }
  return { ...facts, configs, present };
}

/**
 * What an image must have started from, as far as it shows: what no instruction has set is the base's. Variables are
 * taken as they are: an ENV that sets one sets it again.
 */
function configUnder(image: ImageInfo, stage: ParsedStage | undefined): BaseConfig {
  const { env, workdir, user, shell } = baseConfigOf(image);
  const set = new Set(stage?.instructions.map(({ keyword }) => keyword));
  return {
    env,
    workdir: set.has('WORKDIR') ? '' : workdir,
    user: set.has('USER') ? '' : user,
    shell: set.has('SHELL') ? [] : shell,
    onBuild: [],
  };
}
