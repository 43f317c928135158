import type { ContainerSummary, Engine } from '../docker/engine.js';

const numberLabel = 'com.docker.compose.container-number';

/** The containers that compose made for a service, stopped ones too, by their number; `compose run` ones are left out. */
export async function locateContainers(engine: Engine, project: string, service: string): Promise<ContainerSummary[]> {
  const found = await engine.listContainers([
    `com.docker.compose.project=${project}`,
    `com.docker.compose.service=${service}`,
    'com.docker.compose.oneoff=False',
  ]);
  const numberOf = ({ labels }: ContainerSummary): number => Number(labels[numberLabel] ?? 0);
  return found.toSorted((a, b) => numberOf(a) - numberOf(b));
}
