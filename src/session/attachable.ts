import { liveImageOf } from '../compose/image-names.js';
import { locateContainers } from '../compose/locate.js';
import type { Project } from '../compose/project.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Engine } from '../docker/engine.js';
import { LivepushError } from '../errors.js';
import type { LiveModel } from './service-model.js';

/** Why a service that is running, or should be, cannot be pushed to as it is; undefined when it can. */
export async function findUnattachable(
  engine: Engine,
  project: Project,
  { build, live }: LiveModel,
): Promise<Omit<Diagnostic, 'range'> | undefined> {
  const { name } = build.service;
  const containers = await locateContainers(engine, project.name, name);
  if (containers.length === 0) {
    const message = `Service ${name} has no container: it is left out.`;
    return { code: 'not-running', severity: 'warning', message, hint: `Start it: docker livepush up ${name}` };
  }
  const infos = await Promise.all(containers.map(({ id }) => engine.container(id).inspect()));
  const image = liveImageOf(project.name, name);
  const isLive = infos.every((info) => info.image === image);
  if (isLive === live) return undefined;
  const message = live
    ? `Service ${name} runs its ordinary image, without the directives of its Dockerfile: it is left out.`
    : `Service ${name} runs a live image, but its Dockerfile has no directives any more: it is left out.`;
  const hint = `Start it anew: docker livepush up ${live ? '--keep ' : ''}${name}`;
  return { code: 'not-live', severity: 'warning', message, hint, file: build.dockerfilePath };
}

/** Thrown when a project has nothing that can be pushed to. */
export const nothingToPushTo = ({ name }: Project): LivepushError =>
  new LivepushError('container-lost', `Project ${name} has no container that can be pushed to.`, {
    hint: 'Start it with `docker livepush up`.',
  });
