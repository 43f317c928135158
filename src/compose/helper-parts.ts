import type { BuildSpec } from './build-spec.js';
import { type HelperKind, helperImageOf, slugOf } from './image-names.js';
import type { BaseImage, HelperBuild, LiveService } from './live-service.js';
import { nameStages, targetOf } from './name-stages.js';
import type { OverrideFile } from './override-file.js';
import { wholeTarget, withWholeContext } from './whole-context.js';
import type { YamlMap } from './yaml-value.js';

/** The profile of helper services: with it `up` and `build` pass them over unless they are named. */
const helperProfile = 'docker-livepush';

/** What the parts of one service are made from. */
export interface Scope {
  readonly project: string;
  readonly folder: string;
  readonly service: LiveService;
  readonly whole: boolean;
}

/** A service of an override file. */
export type Entry = readonly [name: string, value: YamlMap];

/** What one build adds to the override. */
export interface Part {
  readonly build: readonly Entry[];
  readonly up: readonly Entry[];
  readonly files: readonly OverrideFile[];
  readonly helpers: readonly HelperBuild[];
}

/** A build for each stage that an image of its own is wanted of. */
export function stageParts(scope: Scope): Part[] {
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
export function basePart(scope: Scope, { ref, platform }: BaseImage, index: number): Part {
  const flag = platform === undefined ? '' : `--platform=${platform} `;
  const source = dockerfileSource(scope, `base-${index}`, `FROM ${flag}${ref}\n`);
  const part = helperPart(scope, { kind: 'base', index, build: source.keys });
  return { ...part, files: source.files };
}

/** The user's own image, for services without a build that run it. */
export function sharedPart({ service }: Scope): Part[] {
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
export function lowerPart(scope: Scope, endLine: number, index: number): Part {
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
export function dockerfileSource({ folder, service }: Scope, kind: string, text: string) {
  if (service.spec.inline !== undefined) return { keys: { dockerfile_inline: text }, files: [] };
  const name = `${slugOf(service.service)}.${kind}.Dockerfile`;
  const ignore = service.ownIgnoreText;
  return {
    keys: { dockerfile: `${folder}/${name}` },
    files: [{ name, text }, ...(ignore === undefined ? [] : [{ name: `${name}.dockerignore`, text: ignore }])],
  };
}
