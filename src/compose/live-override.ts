import {
  basePart,
  dockerfileSource,
  type Entry,
  lowerPart,
  type Part,
  type Scope,
  sharedPart,
  stageParts,
} from './helper-parts.js';
import { liveImageOf } from './image-names.js';
import type { HelperBuild, LiveService } from './live-service.js';
import type { OverrideFile } from './override-file.js';
import { resetTag, writeYaml } from './read-yaml.js';
import { mapOf, mapTexts, type YamlMap } from './yaml-value.js';

export interface LiveOverride {
  /** Compose file to build with, on top of the user's. Its helper services have to be named to be built. */
  readonly build: string;
  /** Compose file to run with, on top of the user's. Knows no helper service, so that no profile can start one. */
  readonly up: string;
  /** The Dockerfiles and ignore files that `build` names. */
  readonly files: readonly OverrideFile[];
  readonly helpers: readonly HelperBuild[];
}

/** What a service runs in place of what its image and the compose file say. */
export interface ServiceCommand {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** Names of additional contexts, and the images that a build is given for them: `docker-image://…`. */
export type ContextImages = Readonly<Record<string, string>>;

export interface LiveOverrideInput {
  readonly project: string;
  /** Absolute path of the folder that the files will be in. */
  readonly folder: string;
  readonly services: readonly LiveService[];
  /** By service. What an image runs is known only when it was built: none before. */
  readonly commands?: ReadonlyMap<string, ServiceCommand>;
  /** By service, live or not: additional contexts that are to be others than the compose file says. */
  readonly contextImages?: ReadonlyMap<string, ContextImages>;
  /** Builds of stages and layers are given all of the context that the build of the service is given. */
  readonly whole?: boolean;
}

/** The compose files and Dockerfiles that build a project in live mode and run it. */
export function liveOverride(input: LiveOverrideInput): LiveOverride {
  const { project, folder, commands, contextImages = new Map<string, ContextImages>(), whole = false } = input;
  const services = input.services.map((each) => withContexts(each, contextImages.get(each.service)));
  const parts = services.map((service) => overrideOf({ project, folder, service, whole }));
  const contexts = Array.from(
    contextImages,
    ([name, images]): Entry => [name, { build: { additional_contexts: images } }],
  );
  const up = new Map(parts.flatMap((part) => part.up));
  // compose makes all of them anew without this file: never some with what was pushed and some without
  const labels = { 'docker-livepush.pushed-to': project };
  for (const { service } of services) up.set(service, { ...up.get(service), labels });
  for (const [name, command] of commands ?? []) up.set(name, { ...up.get(name), ...command });
  // Compose interpolates values: `$$` is how it is told a plain `$`.
  const plain = (text: string) => text.replaceAll('$', '$$$$');
  const document = (entries: readonly Entry[]) => writeYaml({ services: mapTexts(Object.fromEntries(entries), plain) });
  return {
    build: document(mergedBuilds([...contexts, ...parts.flatMap((part) => part.build)])),
    up: document([...up]),
    files: parts.flatMap((part) => part.files),
    helpers: parts.flatMap((part) => part.helpers),
  };
}

/** The service with other images for additional contexts, in all that is built for it besides. */
function withContexts(service: LiveService, images: ContextImages | undefined): LiveService {
  if (images === undefined) return service;
  const { spec } = service;
  const contexts = { ...spec.additionalContexts, ...images };
  return { ...service, spec: { ...spec, raw: { ...spec.raw, additional_contexts: contexts } } };
}

/** Entries of the same service as one. */
function mergedBuilds(entries: readonly Entry[]): Entry[] {
  const merged = new Map<string, YamlMap>();
  for (const [name, value] of entries) {
    const before = merged.get(name);
    merged.set(
      name,
      before ? { ...before, ...value, build: { ...mapOf(before.build), ...mapOf(value.build) } } : value,
    );
  }
  return [...merged];
}

function overrideOf(scope: Scope): Part {
  const { service } = scope;
  const own = service.live ? ownPart(scope) : [];
  const stages = service.stages.length > 0 ? stageParts(scope) : [];
  const bases = service.bases.map((base, index) => basePart(scope, base, index));
  const lower = service.lower.map((endLine, index) => lowerPart(scope, endLine, index));
  const parts = [...own, ...stages, ...bases, ...lower, ...(service.live ? sharedPart(scope) : [])];
  return {
    build: parts.flatMap((part) => part.build),
    up: parts.flatMap((part) => part.up),
    files: parts.flatMap((part) => part.files),
    helpers: parts.flatMap((part) => part.helpers),
  };
}

/** The live service itself. */
function ownPart(scope: Scope): Part[] {
  const { service, project } = scope;
  const image = liveImageOf(project, service.service);
  const source = dockerfileSource(scope, 'live', service.dockerfile.text);
  const build = {
    ...source.keys,
    target: service.target ?? resetTag(),
    // A development image must not go where the user's images go.
    tags: resetTag(),
    cache_to: resetTag(),
  };
  const command = service.liveCommand ? { command: resetTag() } : {};
  return [
    {
      build: [[service.service, { image, build }]],
      // `always` would look for the live image in a registry, `build` would build the user's Dockerfile.
      up: [[service.service, { image, pull_policy: 'never', ...command }]],
      files: source.files,
      helpers: [],
    },
  ];
}
