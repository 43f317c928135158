import type { ServiceBuild } from '../compose/build-target.js';
import type { Diagnostic } from '../diagnostics.js';
import type { BuilderRules } from '../dockerfile/builder-rules.js';
import { makeLive } from '../dockerfile/live.js';
import type { BaseConfig, ParsedDockerfile, Stage } from '../dockerfile/model.js';
import { findTarget } from '../dockerfile/needed.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import { baseImages, resolveStages } from '../dockerfile/resolve.js';
import { findLayerLimit } from '../dockerfile/size-limits.js';
import { findUnknownInstructions } from '../dockerfile/unknown-instructions.js';
import type { BuildRecipe } from './base-services.js';

/** A service in live mode, as its files say: what is built, and what runs. */
export interface LiveModel {
  readonly build: ServiceBuild;
  /** `os/arch` that is built for. */
  readonly platform: string;
  /** What the builder does where builders differ; undefined where nobody knows it. */
  readonly builder: BuilderRules | undefined;
  /** The live Dockerfile. */
  readonly dockerfile: ParsedDockerfile;
  /** A directive applies: the live Dockerfile is not the Dockerfile. */
  readonly live: boolean;
  readonly target: string | undefined;
  readonly liveCommand: { readonly stage: number; readonly line: number; readonly value: string } | undefined;
  /** For each line of the live Dockerfile (from index 0) its line in the Dockerfile. */
  readonly lineMap: readonly number[];
  /** External images that the needed stages start from. */
  readonly bases: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Directives that do not do what was meant. Nothing that a build would fail at. */
  readonly directiveFaults: readonly Diagnostic[];
}

/** What is known of the engine that builds. */
export interface BuildSurroundings {
  /** `os/arch` of the engine. */
  readonly platform: string;
  readonly builder?: BuilderRules | undefined;
  /** Build arguments that the docker CLI adds by itself. */
  readonly proxies?: Readonly<Record<string, string>>;
}

const UNKNOWN_TARGET = 'unknown-target';

/**
 * Makes the model of a service from its texts. Faults are diagnostics; with an error among them the model is of no use.
 */
export function liveModel(
  given: ServiceBuild,
  { platform: enginePlatform, builder, proxies = {} }: BuildSurroundings,
): LiveModel {
  const spec = { ...given.spec, args: { ...proxies, ...given.spec.args } };
  const build = { ...given, spec };
  const { dockerfileText, dockerfilePath } = build;
  const options = {
    target: spec.target,
    buildArgs: spec.args,
    additionalContexts: Object.keys(spec.additionalContexts),
  };
  const platform = build.service.platform ?? spec.platforms[0] ?? enginePlatform;
  const original = parseDockerfile(dockerfileText, dockerfilePath);
  const made = makeLive(original.dockerfile, options);
  const live = made.text !== original.dockerfile.text;
  const dockerfile = live ? parseDockerfile(made.text, dockerfilePath).dockerfile : original.dockerfile;
  return {
    build,
    platform,
    builder,
    dockerfile,
    live,
    target: made.target,
    liveCommand: made.liveCommand,
    lineMap: made.lineMap,
    bases: baseImages(dockerfile, { ...options, platform, target: made.target }),
    diagnostics: [
      ...original.diagnostics,
      ...findUnknownInstructions(original.dockerfile),
      ...findLayerLimit(original.dockerfile, spec.target, options),
      ...made.diagnostics.filter(({ code }) => code === UNKNOWN_TARGET),
    ],
    directiveFaults: made.diagnostics.filter(({ code }) => code !== UNKNOWN_TARGET),
  };
}

/** What decides which images the build of a service reads, of its ordinary Dockerfile and of the live one. */
export function buildRecipe(build: ServiceBuild, live: LiveModel): BuildRecipe {
  const { spec, dockerfileText, dockerfilePath } = build;
  const { dockerfile } = parseDockerfile(dockerfileText, dockerfilePath);
  const unknown = () => undefined;
  const { stages } = resolveStages(dockerfile, {
    buildArgs: live.build.spec.args,
    platform: live.platform,
    additionalContexts: Object.keys(spec.additionalContexts),
    baseConfig: unknown,
  });
  const final = findTarget(dockerfile.stages, spec.target) ?? stages.length - 1;
  const ordinary = { build, dockerfile, stages: stages.slice(0, final + 1) };
  return live.live ? { ...ordinary, liveStages: resolveModel(live, unknown).stages } : ordinary;
}

/** The stages up to the one that runs, which is the last; lines are those of the live Dockerfile. */
export function resolveModel(
  model: LiveModel,
  baseConfig: (ref: string) => BaseConfig | undefined,
): { stages: readonly Stage[]; diagnostics: readonly Diagnostic[] } {
  const { spec } = model.build;
  const { stages, diagnostics } = resolveStages(model.dockerfile, {
    buildArgs: spec.args,
    platform: model.platform,
    builder: model.builder,
    additionalContexts: Object.keys(spec.additionalContexts),
    baseConfig,
    target: model.target,
    liveCommand: model.liveCommand,
  });
  const final = findTarget(model.dockerfile.stages, model.target) ?? stages.length - 1;
  return { stages: stages.slice(0, final + 1), diagnostics };
}
