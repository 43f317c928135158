import { throwAwayImage } from '../check-project/throw-away-override.js';
import { liveImageOf } from '../compose/image-names.js';
import { locateContainers } from '../compose/locate.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Engine } from '../docker/engine.js';
import { openImage } from '../engine/lower-layers.js';
import { findUnattachable } from '../session/attachable.js';
import type { ProjectModel } from '../session/project-model.js';
import { type Comparison, compareSystems, leaveOutVarying, varyingBetween } from './compare-systems.js';
import { type FileSystem, readFileSystem } from './file-system.js';

/** How one container compares with a clean build of its service. */
export interface VerifiedContainer extends Comparison {
  readonly containerId: string;
}

/** A service that has containers of the image that pushes go to. */
export interface VerifiedService {
  readonly service: string;
  readonly containers: readonly VerifiedContainer[];
}

/** The same, and what it was compared with. */
export interface ComparedService extends VerifiedService {
  /** The image of the clean build. */
  readonly image: string;
  readonly clean: FileSystem;
}

/** The project, twice. */
export interface Models {
  /** As it runs. */
  readonly own: ProjectModel;
  /** Under the name that is thrown away. */
  readonly model: ProjectModel;
}

/** What images and containers are looked at with. */
export interface Look {
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

/** True where a path differs that pushes should have seen to. */
export const differs = ({ containers }: VerifiedService): boolean =>
  containers.some(({ differences }) => differences.length > 0);

/** Compares each service's containers with its clean build. Tells, too, which services could not be compared, and why. */
export async function compareServices(
  { own, model }: Models,
  look: Look,
): Promise<{ readonly services: ComparedService[]; readonly diagnostics: Diagnostic[] }> {
  const services: ComparedService[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { model: live } of own.live) {
    const { name } = live.build.service;
    const fault = await findUnattachable(look.engine, own.project, live);
    if (fault) {
      diagnostics.push({ ...fault, service: name });
      continue;
    }
    const image = live.live ? liveImageOf(model.project.name, name) : throwAwayImage(model.project.name, name);
    const readImage = reader(own, name, look);
    const clean = await readImage(image);
    const containers: VerifiedContainer[] = [];
    for (const { id } of await locateContainers(look.engine, own.project.name, name)) {
      const container = look.engine.container(id);
      const { imageId, mounts } = await container.inspect();
      const [now, built] = [await readFileSystem(container, look.signal), await readImage(imageId)];
      containers.push({ containerId: id, ...compareSystems({ container: now, image: built, clean, mounts }) });
    }
    services.push({ service: name, image, clean, containers });
  }
  return { services, diagnostics };
}

/** Leaves out what a second clean build, under the same name, does not make like the first one. */
export async function compareAgain(
  { service, image, clean, containers }: ComparedService,
  own: ProjectModel,
  look: Look,
): Promise<VerifiedService> {
  const varies = varyingBetween(clean, await reader(own, service, look)(image));
  return {
    service,
    containers: containers.map((container) => ({ ...container, ...leaveOutVarying(container, varies) })),
  };
}

function reader({ project }: ProjectModel, service: string, { engine, signal }: Look) {
  const labels = { 'docker-livepush': project.name, 'docker-livepush.service': service };
  return async (image: string): Promise<FileSystem> => {
    const container = await openImage(engine, { image, stage: 0, labels });
    try {
      return await readFileSystem(container, signal);
    } finally {
      await container.remove();
    }
  };
}
