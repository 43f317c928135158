import { slugOf } from '../compose/image-names.js';
import type { Service } from '../compose/project.js';
import { readYaml, resetTag, writeYaml } from '../compose/read-yaml.js';
import { mapOf, textOf, type YamlMap } from '../compose/yaml-value.js';

/** What a project is called when it is run beside the user's own. */
export interface ThrowAway {
  /** Name of the compose project. */
  readonly project: string;
  readonly services: readonly Service[];
}

/** The image that a service of the throw-away project is built as. */
export const throwAwayImage = (project: string, service: string): string =>
  `docker-livepush-check/${project}/${slugOf(service)}`;

/**
 * A compose file that keeps a throw-away project apart from the user's: no published ports, no names of containers, images,
 * volumes and networks that could be somebody else's. What is external stays as it is.
 *
 * @param config what `docker compose config` prints for the throw-away project
 */
export function throwAwayOverride(config: string, { project, services }: ThrowAway): string {
  const root = mapOf(readYaml(config));
  const built = new Map(
    services.flatMap(({ name, build, image }) =>
      build === undefined ? [] : [[plain(image) ?? `${project}-${name}`, name]],
    ),
  );
  const entries = services.map(({ name, build, image }) => {
    const raw = mapOf(mapOf(root.services)[name]);
    const maker = build === undefined ? built.get(plain(image) ?? '') : name;
    return [
      name,
      {
        ...(raw.ports !== undefined && { ports: resetTag() }),
        ...(raw.container_name !== undefined && { container_name: resetTag() }),
        ...(maker !== undefined && { image: throwAwayImage(project, maker) }),
      },
    ];
  });
  return writeYaml({
    services: Object.fromEntries(entries),
    volumes: renamed(root.volumes, project),
    networks: renamed(root.networks, project),
  });
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
