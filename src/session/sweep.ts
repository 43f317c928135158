import type { Engine } from '../docker/engine.js';

/** Label of everything that a session creates in the engine; its value is the compose project. */
export const projectLabel = (project: string): string => `docker-livepush=${project}`;

/** Removes the stage containers and images of a project: what a session leaves at its end, or left when it was killed. */
export async function sweep(engine: Engine, project: string): Promise<void> {
  const label = [projectLabel(project)];
  const containers = await engine.listContainers(label);
  await Promise.allSettled(containers.map(({ id }) => engine.container(id).remove()));
  const images = await engine.listImages(label);
  await Promise.allSettled(images.map((image) => engine.removeImage(image)));
}
