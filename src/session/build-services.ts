import { buildSurroundings } from '../compose/build-surroundings.js';
import { liveImageOf } from '../compose/image-names.js';
import type { ContextImages } from '../compose/live-override.js';
import type { HelperBuild, LiveService } from '../compose/live-service.js';
import { imageOf, type Project, sharedImageOf } from '../compose/project.js';
import { type WrittenOverride, writeOverride } from '../compose/write-override.js';
import type { Engine } from '../docker/engine.js';
import type { BaseConfig, Stage, Step } from '../dockerfile/model.js';
import { keptStages } from '../engine/kept-stages.js';
import { lowerKey, type SessionImages } from '../engine/session-images.js';
import { EMPTY_TREE } from '../plan/context-tree.js';
import { followers } from '../plan/expected-paths.js';
import { contextSources } from '../plan/find-stale.js';
import { readsContext } from '../plan/reads-context.js';
import { lowerBoundaries } from '../plan/segments.js';
import { buildGroups } from './base-services.js';
import type { HelperBuilds } from './helper-builds.js';
import { baseImagesOf, inspectBases, type PlannedService } from './plan-service.js';
import { processMark } from './process-start.js';
import type { ProjectModel } from './project-model.js';
import { type BuildRun, runBuild } from './run-build.js';
import { type LiveModel, resolveModel } from './service-model.js';

/** What services are built with. */
export interface BuildContext extends BuildRun {
  readonly engine: Engine;
  readonly project: Project;
  readonly helpers: HelperBuilds;
}

/** A service that was built: its stages with everything known, and the images that pushes need. */
export interface BuiltService {
  readonly model: LiveModel;
  readonly stages: readonly Stage[];
  readonly images: SessionImages;
  /** The image that runs; undefined when there is none of that name. */
  readonly imageId: string | undefined;
  /** True: the image was there before, and its containers are to be compared with the files. */
  readonly compared: boolean;
}

interface LowerPoint {
  readonly stage: Stage;
  readonly before: number;
}

/** Where the layers below a step are asked for. */
const lowerPoints = ({ stages, compared = false }: Pick<PlannedService, 'stages' | 'compared'>): LowerPoint[] => [
  ...boundaryPoints(stages),
  ...(compared ? followerPoints(stages) : []),
];

/** In front of the steps of the final stage that may change what was copied: to tell whether that was edited since. */
function followerPoints(stages: readonly Stage[]): LowerPoint[] {
  const stage = stages.at(-1);
  const known = new Set(boundaryPoints(stages).map((point) => `${point.stage.index}.${point.before}`));
  return stage
    ? [...followers(stage.steps)].flatMap(({ index }) =>
        known.has(`${stage.index}.${index}`) ? [] : [{ stage, before: index }],
      )
    : [];
}

const boundaryPoints = (stages: readonly Stage[]): LowerPoint[] =>
  [...keptStages(stages), stages.length - 1].flatMap((index) => {
    const stage = stages[index] as Stage;
    return lowerBoundaries(stage.steps).map((before) => ({ stage, before }));
  });

/** What the override file has to say about a service. */
function liveService(
  project: Project,
  { model, stages, missingBases, compared = false }: PlannedService,
  isBase: boolean,
): LiveService {
  const { service, spec, ignoreIsOwn, ignoreText } = model.build;
  return {
    service: service.name,
    platform: service.platform,
    spec,
    dockerfile: model.dockerfile,
    live: model.live,
    target: model.target,
    liveCommand: model.liveCommand !== undefined,
    ownIgnoreText: ignoreIsOwn ? ignoreText : undefined,
    stages: keptStages(stages),
    lower: lowerPoints({ stages, compared }).map((point) => lastLineBefore(model, stages, point)),
    bases: missingBases.map((ref) => ({ ref })),
    sources: stages.flatMap(({ steps }) => steps.flatMap(sourcesNamed)),
    sharedImage: isBase ? imageOf(project, service) : sharedImageOf(project, service),
  };
}

/** What a step reads of the context, as it names it. */
const sourcesNamed = (step: Step): string[] =>
  step.kind === 'unreplayable' ? [] : contextSources(EMPTY_TREE, step).map(({ source }) => source);

/** Last line of the live Dockerfile that the layers below a step come from: that of the step before, or the first FROM. */
function lastLineBefore(model: LiveModel, stages: readonly Stage[], { stage, before }: LowerPoint): number {
  const first = firstOf(stages, stage);
  return stage.steps[before - 1]?.endLine ?? model.dockerfile.stages[first.index]?.endLine ?? 1;
}

interface OverridePlace {
  readonly project: Project;
  readonly tmpdir: string;
  /** Of all services. */
  readonly baseServices: ProjectModel['baseServices'];
}

/** Writes the override files of these services; to be disposed of at the end. */
export async function overrideFor(
  { project, tmpdir, baseServices }: OverridePlace,
  services: readonly PlannedService[],
): Promise<WrittenOverride> {
  const owner = await processMark(process.pid);
  const bases = new Set([...baseServices.values()].flat().map(({ name }) => name));
  return writeOverride(
    { project: project.name, tmpdir, owner },
    services.map((service) => liveService(project, service, bases.has(service.model.build.service.name))),
    contextImages(project, services),
  );
}

/** Additional contexts that name a live service: the build is to have its ordinary image, not the live one. By service. */
function contextImages(project: Project, live: readonly PlannedService[]): ReadonlyMap<string, ContextImages> {
  const renamed = new Set(live.filter(({ model }) => model.live).map(({ model }) => model.build.service.name));
  const found = project.services.flatMap((service) => {
    const contexts = Object.entries(service.build?.additionalContexts ?? {}).flatMap(([name, source]) => {
      const [, base = ''] = /^service:(.+)$/.exec(source) ?? [];
      const maker = project.services.find((other) => other.name === base);
      return maker && renamed.has(base) ? [[name, `docker-image://${imageOf(project, maker)}`] as const] : [];
    });
    return contexts.length > 0 ? [[service.name, Object.fromEntries(contexts)] as const] : [];
  });
  return new Map(found);
}

/** The builds that have to be there before those of services: of the ordinary images of what these are built from. */
export function buildsBefore(
  names: readonly string[],
  { written, baseServices }: Pick<BuildSurrounds, 'written' | 'baseServices'>,
): (readonly Pick<HelperBuild, 'name' | 'service'>[])[] {
  const { helpers } = written.override;
  return buildGroups(names.map((name) => baseServices.get(name) ?? [])).map((group) =>
    group.map(({ name }) => helpers.find((h) => h.service === name && h.kind === 'shared') ?? { name, service: name }),
  );
}

interface BuildSurrounds {
  readonly written: WrittenOverride;
  readonly others: readonly string[];
  readonly baseServices: ProjectModel['baseServices'];
}

/**
 * Builds the services and what is needed to know their steps, in one go; what pushes need besides is built later.
 *
 * @param others services without live mode that are built as they are
 * @param baseServices of all services
 */
export async function buildServices(
  context: BuildContext,
  services: readonly PlannedService[],
  { written, others, baseServices }: BuildSurrounds,
): Promise<BuiltService[]> {
  const names = [...services.map(({ model }) => model.build.service.name), ...others];
  const helpers = written.override.helpers.filter(({ service }) => names.includes(service));
  const contexts = services.map(({ model }) => model.build.spec.context);
  const early = helpers.filter(({ kind }) => !isLate(kind));
  const first = buildsBefore(names, { written, baseServices });
  await runBuild(context, { written, names, first, helpers: early, contexts });
  return Promise.all(services.map((service) => describe(context, service, helpers)));
}

const isLate = (kind: HelperBuild['kind']): boolean => kind === 'stage' || kind === 'lower';

async function describe(
  { engine, project, helpers: late }: BuildContext,
  { model, stages: planned, missingBases, baseServices, compared = false }: PlannedService,
  helpers: readonly HelperBuild[],
): Promise<BuiltService> {
  const service = model.build.service.name;
  const own = (kind: HelperBuild['kind']) => helpers.filter((h) => h.service === service && h.kind === kind);
  const refs = baseImagesOf(model, baseServices);
  for (const { index, image } of own('base')) refs.set(missingBases[index] ?? image, image);
  const configs = await inspectBases(engine, refs);
  const { stages } = resolveModel(model, (ref) => configs.get(ref));
  const points = lowerPoints({ stages: planned, compared });
  const keys = points.map(({ stage, before }) => lowerKey(stage.index, before));
  const lower = new Map(own('lower').map(({ index, image }) => [keys[index] ?? '', image]));
  for (const point of points) {
    const bare = bareImage(planned, point, (ref) => configs.get(ref));
    const key = lowerKey(point.stage.index, point.before);
    if (bare === 'within') lower.delete(key);
    else if (bare !== undefined) lower.set(key, (await engine.inspectImage(refs.get(bare) ?? bare))?.id ?? bare);
  }
  const lowerImages = new Set(lower.values());
  const ref = model.live ? liveImageOf(project.name, service) : imageOf(project, model.build.service);
  const imageId = (await engine.inspectImage(ref))?.id;
  const builds = [...own('stage'), ...own('lower').filter(({ image }) => lowerImages.has(image))];
  const reads = ({ kind, index }: HelperBuild): boolean => {
    const stage = stages[index];
    const point = kind === 'lower' ? points[index] : stage && { stage, before: stage.steps.length };
    return point === undefined || readsContext(stages, point);
  };
  const common = { context: model.build.spec.context, readsContext: builds.some(reads) };
  const images = late.expect({ service, builds, ...common });
  return {
    model,
    stages,
    compared,
    imageId,
    images: {
      stages: new Map(own('stage').map(({ index, image }) => [index, image])),
      lower,
      ...(images && { late: images }),
      labels: { 'docker-livepush': project.name, 'docker-livepush.service': service },
      final: imageId,
      surroundings: buildSurroundings(model.build.spec, model.build.service.platform),
    },
  };
}

/**
 * The image that the layers in front of a step are, where nothing has to be built for that. A build of a FROM line runs the
 * triggers of its image: in front of them there is the image itself, and nothing can tell what is between two of them
 * (`within`).
 */
function bareImage(
  stages: readonly Stage[],
  { stage, before }: LowerPoint,
  configOf: (ref: string) => BaseConfig | undefined,
): string | 'within' | undefined {
  const { base } = firstOf(stages, stage);
  const config = base.kind === 'image' ? configOf(base.ref) : undefined;
  if (base.kind !== 'image' || config === undefined) return undefined;
  if (before === 0 && stage.base.kind === 'image') return base.ref;
  return before > 0 && before < config.onBuild.length ? 'within' : undefined;
}

/** The stage that all of a stage starts from: the one on an image. */
function firstOf(stages: readonly Stage[], stage: Stage): Stage {
  const parent = stage.base.kind === 'stage' ? stages[stage.base.stage] : undefined;
  return parent ? firstOf(stages, parent) : stage;
}
