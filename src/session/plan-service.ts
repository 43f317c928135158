import { isSameImage } from '../compose/image-names.js';
import type { Diagnostic } from '../diagnostics.js';
import { baseConfigOf } from '../docker/base-config.js';
import type { Engine } from '../docker/engine.js';
import type { BaseConfig, Stage } from '../dockerfile/model.js';
import { triggerTexts } from '../dockerfile/triggers.js';
import type { BaseService } from './base-services.js';
import { type LiveModel, resolveModel } from './service-model.js';

/** A service to be built, with its stages as far as they are known before the build. */
export interface PlannedService {
  readonly model: LiveModel;
  readonly stages: readonly Stage[];
  /** External images that the engine does not have yet. */
  readonly missingBases: readonly string[];
  /** Services that it is built from: their images are there when it is built. */
  readonly baseServices: readonly BaseService[];
  readonly diagnostics: readonly Diagnostic[];
  /** True: its containers are there already, and are to be compared with the files. */
  readonly compared?: boolean;
}

type BaseConfigs = ReadonlyMap<string, BaseConfig>;

/** Looks up what the stages start from; an image that is not in the engine yet is known after the build. */
export async function planService(
  engine: Engine,
  model: LiveModel,
  baseServices: readonly BaseService[],
): Promise<PlannedService> {
  const images = baseImagesOf(model, baseServices);
  const found = await inspectBases(engine, images);
  const ours = ownConfigs(images, baseServices);
  const { stages, diagnostics } = resolveModel(model, (ref) => withTriggers(found.get(ref), ours.get(ref)));
  const missingBases = [...images.keys()].filter((ref) => !found.has(ref) && !ours.has(ref));
  return { model, stages, diagnostics, missingBases, baseServices };
}

/** By what FROM names, the image that it stands for. */
export function baseImagesOf({ bases, build, dockerfile }: LiveModel, baseServices: readonly BaseService[]) {
  const images = new Map(bases.map((ref) => [ref, ref]));
  for (const [name, source] of Object.entries(build.spec.additionalContexts)) {
    const [, service] = /^service:(.+)$/.exec(source) ?? [];
    const [, given] = /^docker-image:\/\/(.+)$/.exec(source) ?? [];
    const image = baseServices.find((base) => base.name === service)?.image ?? given;
    if (image !== undefined && dockerfile.stages.some((stage) => stage.base === name)) images.set(name, image);
  }
  return images;
}

/** What the Dockerfiles of base services say of what is built on them, whatever image of theirs there is now. */
const ownConfigs = (images: ReadonlyMap<string, string>, baseServices: readonly BaseService[]) =>
  new Map(
    Array.from(images).flatMap(([ref, image]) => {
      const base = baseServices.find((each) => isSameImage(each.image, image))?.built;
      const last = base?.stages.at(-1);
      return base && last ? [[ref, triggerTexts(base.dockerfile.stages[last.index])] as const] : [];
    }),
  );

const NO_CONFIG: BaseConfig = { env: {}, workdir: '', user: '', shell: [], onBuild: [] };

const withTriggers = (found: BaseConfig | undefined, onBuild: readonly string[] | undefined) =>
  onBuild === undefined ? found : { ...(found ?? NO_CONFIG), onBuild };

/** The configurations of images, by what FROM calls them; those that the engine does not have are left out. */
export async function inspectBases(engine: Engine, images: ReadonlyMap<string, string>): Promise<BaseConfigs> {
  const found = await Promise.all(
    Array.from(images, async ([ref, image]) => [ref, await engine.inspectImage(image)] as const),
  );
  return new Map(found.flatMap(([ref, info]) => (info ? [[ref, baseConfigOf(info)] as const] : [])));
}
