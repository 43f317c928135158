import type { ContainerSummary, Engine } from '../docker/engine.js';

const numberLabel = 'com.docker.compose.container-number';

/** All containers that compose made for a project, stopped ones too; `compose run` ones are left out. */
export const locateProject = (engine: Engine, project: string): Promise<ContainerSummary[]> =>
  engine.listContainers([...projectLabels(project)]);

/** Labels that tell the containers of a project's services. */
export const projectLabels = (project: string): readonly string[] => [
  `com.docker.compose.project=${project}`,
  'com.docker.compose.oneoff=False',
];

/** The service that a container or an event about one belongs to. */
export const serviceOf = ({ labels }: Pick<ContainerSummary, 'labels'>): string =>
  labels['com.docker.compose.service'] ?? '';

const numberOf = ({ labels }: ContainerSummary): number => Number(labels[numberLabel] ?? 0);

const byNumber = (containers: readonly ContainerSummary[]): ContainerSummary[] =>
  containers.toSorted((a, b) => numberOf(a) - numberOf(b));

/** The containers that compose made for a service, stopped ones too, by their number; `compose run` ones are left out. */
export async function locateContainers(engine: Engine, project: string, service: string): Promise<ContainerSummary[]> {
  const labels = [...projectLabels(project), `com.docker.compose.service=${service}`];
  return byNumber(await engine.listContainers(labels));
}

/** The same of all services, asked once. */
export async function locateServices(
  engine: Engine,
  project: string,
): Promise<(service: string) => readonly ContainerSummary[]> {
  const found = byNumber(await locateProject(engine, project));
  return (service) => found.filter((container) => serviceOf(container) === service);
}
