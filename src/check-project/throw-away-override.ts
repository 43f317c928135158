import { slugOf } from '../compose/image-names.js';
import type { Service } from '../compose/project.js';
import { readYaml, resetTag, writeYaml } from '../compose/read-yaml.js';
import { mapOf, textOf, type YamlMap } from '../compose/yaml-value.js';
import type { BaseService } from '../session/base-services.js';

/** What a project is called when it is run beside the user's own. */
export interface ThrowAway {
  /** Name of the compose project. */
  readonly project: string;
  readonly services: readonly Service[];
  /** The services that others are built from. */
  readonly baseServices: ReadonlyMap<string, readonly Pick<BaseService, 'name' | 'image'>[]>;
}

/** The image that a service of the throw-away project is built as. */
export const throwAwayImage = (project: string, service: string): string =>
  `docker-livepush-check/${project}/${slugOf(service)}`;

/**
 * A compose file that keeps a throw-away project apart from the user's: no published ports, no names of containers, images,
 * volumes and networks that could be somebody else's, no fixed addresses. What is external stays as it is.
 *
 * @param config what `docker compose config` prints for the throw-away project
 */
export function throwAwayOverride(config: string, { project, services, baseServices }: ThrowAway): string {
  const root = mapOf(readYaml(config));
  const built = new Map(
    services.flatMap(({ name, build, image }) =>
      build === undefined ? [] : [[plain(image) ?? `${project}-${name}`, name]],
    ),
  );
  const bridges = ownBridges(root.networks);
  const entries = services.map(({ name, build, image }) => {
    const raw = mapOf(mapOf(root.services)[name]);
    const maker = build === undefined ? built.get(plain(image) ?? '') : name;
    return [
      name,
      {
        ...(raw.ports !== undefined && { ports: resetTag() }),
        ...(raw.container_name !== undefined && { container_name: resetTag() }),
        ...(raw.mac_address !== undefined && { mac_address: resetTag() }),
        ...addressless(raw.networks, bridges),
        ...(maker !== undefined && { image: throwAwayImage(project, maker) }),
        ...(build && contextsOf(project, baseServices.get(name) ?? [])),
      },
    ];
  });
  return writeYaml({
    services: Object.fromEntries(entries),
    volumes: renamed(root.volumes, project),
    networks: anywhere(root.networks, renamed(root.networks, project)),
  });
}

/** A build finds the throw-away image of a base service under the name that its Dockerfile knows it by. */
function contextsOf(project: string, bases: readonly Pick<BaseService, 'name' | 'image'>[]): YamlMap {
  const contexts = bases.map(({ name, image }) => [plain(image), `docker-image://${throwAwayImage(project, name)}`]);
  return contexts.length === 0 ? {} : { build: { additional_contexts: Object.fromEntries(contexts) } };
}

const plain = (image: string | undefined): string | undefined => image?.replace(/:latest$/, '');

/** Volumes or networks with a name of their own get that of the project: `down` removes them. */
function renamed(value: unknown, project: string): YamlMap {
  const entries = Object.entries(mapOf(value)).flatMap(([key, each]) => {
    const { name, external } = mapOf(each);
    const own = `${project}_${key}`;
    return external === true || (textOf(name) ?? own) === own ? [] : [[key, { name: own }]];
  });
  return Object.fromEntries(entries);
}

/** What of a network or of a service in it only one project of an engine can have. */
const fixed = {
  network: ['ipam', 'enable_ipv6'],
  membership: ['ipv4_address', 'ipv6_address', 'mac_address', 'link_local_ips'],
} as const;

const bridgeName = 'com.docker.network.bridge.name';

/** The networks that the engine can place where it likes: addresses of other drivers are those of a real network. */
const ownBridges = (networks: unknown): string[] =>
  Object.entries(mapOf(networks)).flatMap(([key, each]) => {
    const { driver, external } = mapOf(each);
    return external === true || (driver !== undefined && driver !== 'bridge') ? [] : [key];
  });

const resets = (value: unknown, keys: readonly string[]): YamlMap =>
  Object.fromEntries(keys.filter((key) => mapOf(value)[key] !== undefined).map((key) => [key, resetTag()]));

/** Own networks, with addresses of the engine's choice. */
function anywhere(networks: unknown, changes: YamlMap): YamlMap {
  const entries = ownBridges(networks).map((key) => {
    const network = mapOf(mapOf(networks)[key]);
    const options = resets(network.driver_opts, [bridgeName]);
    return [
      key,
      {
        ...mapOf(changes[key]),
        ...resets(network, fixed.network),
        ...(Object.keys(options).length > 0 && { driver_opts: options }),
      },
    ];
  });
  return { ...changes, ...Object.fromEntries(entries.filter(([, each]) => Object.keys(each ?? {}).length > 0)) };
}

/** The networks of a service, where it has a fixed address in one: the engine is to choose. */
function addressless(memberships: unknown, bridges: readonly string[]): YamlMap {
  const entries = Object.entries(mapOf(memberships)).flatMap(([key, each]) => {
    const changes = resets(each, fixed.membership);
    return bridges.includes(key) && Object.keys(changes).length > 0 ? [[key, changes]] : [];
  });
  return entries.length === 0 ? {} : { networks: Object.fromEntries(entries) };
}
