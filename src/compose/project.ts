import { type AttachedContents, type AttachedFile, readAttached } from './attached-files.js';
import { type BuildSpec, readBuildSpec } from './build-spec.js';
import { secondsOf } from './duration.js';
import { isSameImage } from './image-names.js';
import { readYaml } from './read-yaml.js';
import { readHooks, type ServiceHooks } from './service-hooks.js';
import { listOf, mapOf, mapTexts, numberOf, textOf, textsOf, type YamlMap } from './yaml-value.js';

/** A mount that the compose file asks for. */
export interface ServiceMount {
  /** `bind`, `volume`, `tmpfs`, … */
  readonly type: string;
  /** Absolute path on the host for bind mounts; a volume's name, or undefined for an unnamed one. */
  readonly source: string | undefined;
  /** Path in the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ServicePort {
  readonly target: number;
  /** A port or a range; undefined when the engine picks one. */
  readonly published: string | undefined;
  readonly protocol: string;
}

export interface Service {
  readonly name: string;
  /** Undefined for a service that only runs an image. */
  readonly build: BuildSpec | undefined;
  readonly image: string | undefined;
  /** Undefined where compose makes the name. */
  readonly containerName: string | undefined;
  readonly platform: string | undefined;
  /** Undefined when the image's own is used. */
  readonly command: readonly string[] | undefined;
  /** Undefined when the image's own is used. */
  readonly entrypoint: readonly string[] | undefined;
  /** `tmpfs:` entries among them. */
  readonly mounts: readonly ServiceMount[];
  readonly readOnly: boolean;
  readonly init: boolean;
  readonly user: string | undefined;
  readonly stopSignal: string | undefined;
  /** Seconds. */
  readonly stopGracePeriod: number | undefined;
  /** The restart policy: `no`, `always`, `on-failure:3`, …, or the condition of `deploy`: `none`, `any`, `on-failure`. */
  readonly restart: string | undefined;
  readonly dependsOn: readonly string[];
  /** Those of `dependsOn` that have to end with success first (`service_completed_successfully`). */
  readonly completedFirst: readonly string[];
  /** Those of them that it is to be restarted with (`restart: true`). */
  readonly restartsWith: readonly string[];
  readonly replicas: number;
  readonly ports: readonly ServicePort[];
  readonly profiles: readonly string[];
  readonly networkMode: string | undefined;
  /** `host`, `service:NAME` or `container:NAME`: whose processes the containers see. */
  readonly pidMode: string | undefined;
  /** False: compose's `up` does not show what it prints. */
  readonly attach: boolean;
  readonly tty: boolean;
  /** Names of the variables that the service sets. */
  readonly environment: readonly string[];
  readonly hasHealthcheck: boolean;
  /** Undefined without any. */
  readonly hooks: ServiceHooks | undefined;
  /** Its configs and secrets. */
  readonly attached: readonly AttachedFile[];
  /** What is in them; empty where nobody has looked. */
  readonly contents: AttachedContents;
  /** It has rules for `docker compose watch`. */
  readonly hasWatchRules: boolean;
  /** The value of `x-livepush`, whatever it is; undefined without one. */
  readonly livepush: unknown;
  /** Everything that compose resolved for the service, environment and all: what differs after a change of the files. */
  readonly definition: string;
}

export interface Project {
  readonly name: string;
  /** In the order of compose's own output. */
  readonly services: readonly Service[];
}

/**
 * Reads the output of `docker compose config`. What is not known is passed over.
 * Compose writes each `$` of a value as `$$` there, so that its output is a valid input: that is undone.
 */
export function readProject(yamlText: string): Project {
  return projectOf(mapOf(mapTexts(readYaml(yamlText), (text) => text.replaceAll('$$', '$'))));
}

/** The same of what the YAML says, with all texts as they are meant. */
export function projectOf(root: YamlMap): Project {
  return {
    name: textOf(root.name) ?? '',
    services: Object.entries(mapOf(root.services)).map(([name, service]) => readService(name, mapOf(service), root)),
  };
}

/** The image that a service is run from, under the name that compose gives it where the service gives none. */
export const imageOf = ({ name }: Project, service: Service): string => service.image ?? `${name}-${service.name}`;

/**
 * The image that a built service makes, when services without a build run it too; else undefined. A live service is built
 * under another name, so this one has to be built besides.
 */
export function sharedImageOf(project: Project, service: Service): string | undefined {
  const image = imageOf(project, service);
  const isShared = project.services.some((other) => other.build === undefined && isSameImage(other.image ?? '', image));
  return service.build !== undefined && isShared ? image : undefined;
}

/**
 * Services that compose restarts after this one: they depend on it with `restart: true`, directly or through others. In
 * the order of their dependencies.
 */
export function restartedAfter({ services }: Project, name: string): string[] {
  const found: string[] = [];
  const visit = (on: string): void => {
    for (const service of services.filter(({ restartsWith }) => restartsWith.includes(on))) {
      if (service.name === name) continue;
      // one that another found one depends on as well comes after that one
      if (found.includes(service.name)) found.splice(found.indexOf(service.name), 1);
      found.push(service.name);
      visit(service.name);
    }
  };
  visit(name);
  return found;
}

/**
 * Services whose containers must not be restarted at the same time as those of this one, itself among them, since one joins
 * the network or the processes of the other: it cannot be started while that one is down. None where nothing is joined.
 */
export function joinedWith({ services }: Project, name: string): string[] {
  const joins = services.flatMap(({ name: joining, networkMode, pidMode }) =>
    [networkMode, pidMode].flatMap((mode = '') => {
      const [, joined] = /^service:(.+)$/.exec(mode) ?? [];
      return joined === undefined ? [] : [[joining, joined] as const];
    }),
  );
  const found = new Set([name]);
  for (const one of found)
    for (const [left, right] of joins) {
      if (left === one) found.add(right);
      if (right === one) found.add(left);
    }
  return found.size > 1 ? [...found].sort() : [];
}

function readService(name: string, raw: YamlMap, root: YamlMap): Service {
  return {
    name,
    build: readBuildSpec(raw.build, mapOf(root.secrets)),
    image: textOf(raw.image) || undefined,
    containerName: textOf(raw.container_name) || undefined,
    platform: textOf(raw.platform) || undefined,
    command: readArgv(raw.command),
    entrypoint: readArgv(raw.entrypoint),
    mounts: [...listOf(raw.volumes).flatMap(readMount), ...textsOf(raw.tmpfs).map(tmpfsMount)],
    readOnly: raw.read_only === true,
    init: raw.init === true,
    user: textOf(raw.user) || undefined,
    stopSignal: textOf(raw.stop_signal),
    stopGracePeriod: secondsOf(textOf(raw.stop_grace_period)),
    restart: textOf(raw.restart) ?? textOf(mapOf(mapOf(raw.deploy).restart_policy).condition),
    dependsOn: Array.isArray(raw.depends_on) ? textsOf(raw.depends_on) : Object.keys(mapOf(raw.depends_on)),
    completedFirst: completedFirst(raw.depends_on),
    restartsWith: Object.entries(Array.isArray(raw.depends_on) ? {} : mapOf(raw.depends_on)).flatMap(([on, how]) =>
      mapOf(how).restart === true ? [on] : [],
    ),
    replicas: numberOf(mapOf(raw.deploy).replicas) ?? numberOf(raw.scale) ?? 1,
    ports: listOf(raw.ports).flatMap(readPort),
    profiles: textsOf(raw.profiles),
    networkMode: textOf(raw.network_mode),
    pidMode: textOf(raw.pid) || undefined,
    attach: raw.attach !== false,
    tty: raw.tty === true,
    environment: Object.keys(mapOf(raw.environment)),
    hasHealthcheck: hasHealthcheck(raw.healthcheck),
    hooks: readHooks(raw),
    attached: readAttached(raw, root),
    contents: {},
    hasWatchRules: listOf(mapOf(raw.develop).watch).length > 0,
    livepush: raw['x-livepush'],
    definition: JSON.stringify(raw),
  };
}

const readArgv = (value: unknown): readonly string[] | undefined =>
  value === undefined || value === null ? undefined : textsOf(value);

const completedFirst = (value: unknown): string[] =>
  Object.entries(mapOf(value)).flatMap(([name, how]) =>
    mapOf(how).condition === 'service_completed_successfully' ? [name] : [],
  );

function hasHealthcheck(value: unknown): boolean {
  const { test, disable } = mapOf(value);
  return value !== undefined && disable !== true && textsOf(test)[0] !== 'NONE';
}

function readMount(value: unknown): ServiceMount[] {
  const mount = mapOf(value);
  const target = textOf(mount.target);
  if (target === undefined) return [];
  return [
    { type: textOf(mount.type) ?? 'volume', source: textOf(mount.source), target, readOnly: mount.read_only === true },
  ];
}

/** `path` or `path:options`. */
const tmpfsMount = (entry: string): ServiceMount => ({
  type: 'tmpfs',
  source: undefined,
  target: entry.split(':')[0] ?? entry,
  readOnly: false,
});

function readPort(value: unknown): ServicePort[] {
  const port = mapOf(value);
  const target = numberOf(port.target);
  if (target === undefined) return [];
  return [{ target, published: textOf(port.published) || undefined, protocol: textOf(port.protocol) ?? 'tcp' }];
}
