import type { ParsedDockerfile } from '../dockerfile/model.js';
import type { BuildSpec } from './build-spec.js';
import { type HelperKind, helperImageOf, liveImageOf, slugOf } from './image-names.js';
import { nameStages, targetOf } from './name-stages.js';
import type { OverrideFile } from './override-file.js';
import { resetTag, writeYaml } from './read-yaml.js';
import { wholeTarget, withWholeContext } from './whole-context.js';
import { mapTexts, type YamlMap } from './yaml-value.js';

/** An external image whose configuration is wanted. */
export interface BaseImage {
  /** As FROM takes it, expanded: an image or an entry of `additional_contexts`. */
  readonly ref: string;
  readonly platform?: string | undefined;
}

/** One built service, and what is to be built for it. */
export interface LiveService {
  readonly service: string;
  /** The service's `platform`. */
  readonly platform: string | undefined;
  readonly spec: BuildSpec;
  /** The live Dockerfile; for a service without directives its Dockerfile. */
  readonly dockerfile: ParsedDockerfile;
  /** The service has directives: it gets the live Dockerfile, in an image with a name of its own. */
  readonly live: boolean;
  /** For a live service: the stage to build, or undefined for the last one. */
  readonly target: string | undefined;
  /** There is a live command: it wins over the service's `command`. */
  readonly liveCommand: boolean;
  /** Text of `<Dockerfile>.dockerignore`; undefined where the context's `.dockerignore` counts, or none. */
  readonly ownIgnoreText: string | undefined;
  /** Numbers of the stages that an image of their own is wanted of. */
  readonly stages: readonly number[];
  readonly bases: readonly BaseImage[];
  /** Last lines of the Dockerfile up to which images of their own are wanted: what the layers hold at that point. */
  readonly lower: readonly number[];
  /** What all steps of the build read of its context, as they name it. */
  readonly sources: readonly string[];
  /** See `sharedImageOf`. */
  readonly sharedImage: string | undefined;
}

/** A service of the build override that never runs: it builds an image beside that of the service. */
export interface HelperBuild {
  /** Its own name in the build override. */
  readonly name: string;
  /** The service it is for. */
  readonly service: string;
  /** `shared` is the user's own image of a live service, built as it always is for others that run it. */
  readonly kind: HelperKind | 'shared';
  /** Stage number, or place in `bases` or `lower`; 0 for `shared`. */
  readonly index: number;
  readonly image: string;
}

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

export interface LiveOverrideInput {
  readonly project: string;
  /** Absolute path of the folder that the files will be in. */
  readonly folder: string;
  readonly services: readonly LiveService[];
  /** By service. What an image runs is known only when it was built: none before. */
  readonly commands?: ReadonlyMap<string, ServiceCommand>;
  /** Builds of stages and layers are given all of the context that the build of the service is given. */
  readonly whole?: boolean;
}

/** The profile of helper services: with it `up` and `build` pass them over unless they are named. */
const helperProfile = 'docker-livepush';

/** The compose files and Dockerfiles that build a project in live mode and run it. */
export function liveOverride(input: LiveOverrideInput): LiveOverride {
  const { project, folder, services, commands, whole = false } = input;
  const parts = services.map((service) => overrideOf({ project, folder, service, whole }));
  const up = new Map(parts.flatMap((part) => part.up));
  // compose makes all of them anew without this file: never some with what was pushed and some without
  const labels = { 'docker-livepush.pushed-to': project };
  for (const { service } of services) up.set(service, { ...up.get(service), labels });
  for (const [name, command] of commands ?? []) up.set(name, { ...up.get(name), ...command });
  // Compose interpolates values: `$$` is how it is told a plain `$`.
  const plain = (text: string) => text.replaceAll('$', '$$$$');
  const document = (entries: readonly Entry[]) => writeYaml({ services: mapTexts(Object.fromEntries(entries), plain) });
  return {
    build: document(parts.flatMap((part) => part.build)),
    up: document([...up]),
    files: parts.flatMap((part) => part.files),
    helpers: parts.flatMap((part) => part.helpers),
  };
}

interface Scope {
  readonly project: string;
  readonly folder: string;
  readonly service: LiveService;
  readonly whole: boolean;
}

type Entry = readonly [name: string, value: YamlMap];

interface Part {
  readonly build: readonly Entry[];
  readonly up: readonly Entry[];
  readonly files: readonly OverrideFile[];
  readonly helpers: readonly HelperBuild[];
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

function stageParts(scope: Scope): Part[] {
  const { dockerfile, stages, sources } = scope.service;
  const text = nameStages(dockerfile);
  const shared = scope.whole ? undefined : dockerfileSource(scope, 'stages', text);
  const parts = stages.flatMap((index) => {
    const stage = dockerfile.stages[index];
    if (stage === undefined) return [];
    const target = shared ? targetOf(stage) : wholeTarget;
    const source =
      shared ?? dockerfileSource(scope, `stage-${index}`, withWholeContext(text, targetOf(stage), sources));
    const part = helperPart(scope, { kind: 'stage', index, build: { ...source.keys, target } });
    return [{ ...part, files: shared ? [] : source.files }];
  });
  return [{ build: [], up: [], files: shared?.files ?? [], helpers: [] }, ...parts];
}

/** Built in the service's own context: ONBUILD triggers of the image run there, and have to find what they copy. */
function basePart(scope: Scope, { ref, platform }: BaseImage, index: number): Part {
  const flag = platform === undefined ? '' : `--platform=${platform} `;
  const source = dockerfileSource(scope, `base-${index}`, `FROM ${flag}${ref}\n`);
  const part = helperPart(scope, { kind: 'base', index, build: source.keys });
  return { ...part, files: source.files };
}

/** The user's own image, for services without a build that run it. */
function sharedPart({ service }: Scope): Part[] {
  const { sharedImage: image, spec } = service;
  if (image === undefined) return [];
  const name = `${service.service}-livepush-shared`;
  const build = { ...spec.raw, ...(spec.ssh.length > 0 ? { ssh: spec.ssh } : {}) };
  const entry: Entry = [name, { profiles: [helperProfile], image, ...platformKey(service), build }];
  const helper: HelperBuild = { name, service: service.service, kind: 'shared', index: 0, image };
  return [{ build: [entry], up: [], files: [], helpers: [helper] }];
}

const platformKey = ({ platform }: LiveService): YamlMap => (platform === undefined ? {} : { platform });

/** The Dockerfile up to a line, of which the last stage is built: the cache of the whole one has it already. */
function lowerPart(scope: Scope, endLine: number, index: number): Part {
  const { dockerfile, sources } = scope.service;
  const upTo = (text: string) => `${text.split('\n').slice(0, endLine).join('\n')}\n`;
  const stage = scope.whole ? dockerfile.stages.findLast(({ line }) => line <= endLine) : undefined;
  const text = stage ? withWholeContext(upTo(nameStages(dockerfile)), targetOf(stage), sources) : upTo(dockerfile.text);
  const source = dockerfileSource(scope, `lower-${index}`, text);
  const part = helperPart(scope, { kind: 'lower', index, build: source.keys });
  return { ...part, files: source.files };
}

function helperPart(scope: Scope, options: { kind: HelperKind; index: number; build: YamlMap }): Part {
  const { project, service } = scope;
  const { kind, index } = options;
  const name = `${service.service}-livepush-${kind}-${index}`;
  const image = helperImageOf(project, service.service, { kind, index });
  const labels = {
    ...service.spec.labels,
    'docker-livepush': project,
    'docker-livepush.service': service.service,
    [`docker-livepush.${kind}`]: String(index),
  };
  const build = { ...sharedKeys(service.spec), ...options.build, labels };
  return {
    build: [[name, { profiles: [helperProfile], image, ...platformKey(service), build }]],
    up: [],
    files: [],
    helpers: [{ name, service: service.service, kind, index, image }],
  };
}

/** All of a build that decides what comes out, so that a stage build finds the cache of the service's own build. */
function sharedKeys({ raw, context, ssh }: BuildSpec): YamlMap {
  const { dockerfile: _, dockerfile_inline: _inline, target: _target, tags: _tags, cache_to: _to, ...shared } = raw;
  return { ...shared, context, ...(ssh.length > 0 ? { ssh } : {}) };
}

/**
 * Where a build finds a Dockerfile's text: inline when the service's own is inline, else a file in the override folder,
 * with the ignore file beside it that the service's own has.
 */
function dockerfileSource({ folder, service }: Scope, kind: string, text: string) {
  if (service.spec.inline !== undefined) return { keys: { dockerfile_inline: text }, files: [] };
  const name = `${slugOf(service.service)}.${kind}.Dockerfile`;
  const ignore = service.ownIgnoreText;
  return {
    keys: { dockerfile: `${folder}/${name}` },
    files: [{ name, text }, ...(ignore === undefined ? [] : [{ name: `${name}.dockerignore`, text: ignore }])],
  };
}
