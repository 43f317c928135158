import { shownDockerfile, shownPath } from '../compose/build-target.js';
import { locateContainers } from '../compose/locate.js';
import type { Service } from '../compose/project.js';
import type { Diagnostic } from '../diagnostics.js';
import type { ContainerSummary, Engine } from '../docker/engine.js';
import type { LockHolder } from '../session/lock/lock-holder.js';
import { holderOf } from '../session/lock/project-lock.js';
import type { ProjectOptions } from '../session/open-compose.js';
import type { LiveModel } from '../session/service-model.js';
import { projectLabel } from '../session/sweep.js';
import { type InspectContext, openEngineOf, openModels } from './open-models.js';

/** A container as `ps` shows it. */
export type ListedContainer = Pick<ContainerSummary, 'id' | 'name' | 'state'>;

/** An earlier stage that a session keeps up to date besides the service's own containers. */
export interface ListedStage {
  /** Its number in the live Dockerfile, from 0. */
  readonly stage: number;
  readonly name: string | undefined;
  readonly images: readonly string[];
  readonly containers: readonly ListedContainer[];
}

/** What is known of a service: by its files, and by the labels of what is in the engine. */
export interface ListedService {
  readonly service: string;
  /** As the user would name them; undefined for a service that is not built. */
  readonly context: string | undefined;
  readonly dockerfile: string | undefined;
  readonly target: string | undefined;
  readonly liveCommand: string | undefined;
  readonly containers: readonly ListedContainer[];
  readonly stages: readonly ListedStage[];
  /** A session is there that pushes to the project. */
  readonly followed: boolean;
}

export interface ListedProject {
  readonly services: readonly ListedService[];
  /** The session that holds the project. */
  readonly session: LockHolder | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Lists the services of a project, or those named. Throws `LivepushError`. */
export async function listServices(
  options: ProjectOptions & { readonly services: readonly string[] },
  context: InspectContext,
): Promise<ListedProject> {
  const { engine, facts } = await openEngineOf(options, context);
  try {
    const { loaded, models, diagnostics } = await openModels({ ...options, live: [] }, { ...context, facts });
    const { name: project, services } = loaded.project;
    const session = await holderOf(engine, project);
    const named = options.services.length > 0 ? options.services : services.map(({ name }) => name);
    const rows = services
      .filter(({ name }) => named.includes(name))
      .map(async (service): Promise<ListedService> => {
        const model = models.find(({ build }) => build.service.name === service.name);
        const [containers, stages] = await Promise.all([
          locateContainers(engine, project, service.name),
          stagesOf(engine, project, { service: service.name, model }),
        ]);
        const followed = session !== undefined && service.build !== undefined;
        return {
          service: service.name,
          ...filesOf(service, model, options.cwd),
          containers: containers.map(listed),
          stages,
          followed,
        };
      });
    return { services: await Promise.all(rows), session, diagnostics };
  } finally {
    engine.close();
  }
}

const listed = ({ id, name, state }: ContainerSummary): ListedContainer => ({ id, name, state });

function filesOf(service: Service, model: LiveModel | undefined, cwd: string) {
  const { build } = service;
  return {
    context: build && (build.remote ? build.context : shownPath(build.context, cwd)),
    dockerfile: build && (model?.build.dockerfilePath ?? shownDockerfile(service, build, cwd)),
    target: model ? targetOf(model) : build?.target,
    liveCommand: model?.liveCommand?.value,
  };
}

/** The stage that runs: with a live command in an earlier stage that one, whatever the compose file says. */
function targetOf({ build, target, liveCommand, dockerfile }: LiveModel): string | undefined {
  if (liveCommand === undefined) return target ?? build.spec.target;
  return dockerfile.stages[liveCommand.stage]?.name ?? target;
}

/** By the labels of what a session has made. */
async function stagesOf(
  engine: Engine,
  project: string,
  { service, model }: { service: string; model: LiveModel | undefined },
): Promise<ListedStage[]> {
  const labels = [projectLabel(project), `docker-livepush.service=${service}`];
  const labelled = await engine.listContainers([...labels, stageLabel]);
  const containers = labelled.filter((container) => container.labels[lowerLabel] === undefined);
  const numbers = new Set<number>();
  for (const { labels: own } of containers) numbers.add(Number(own[stageLabel]));
  const images = new Map<number, string[]>();
  for (const image of await engine.listImages([...labels, stageLabel])) {
    const stage = Number((await engine.inspectImage(image))?.labels[stageLabel]);
    numbers.add(stage);
    images.set(stage, [...(images.get(stage) ?? []), image]);
  }
  return [...numbers]
    .sort((a, b) => a - b)
    .map((stage) => ({
      stage,
      name: model?.dockerfile.stages[stage]?.name,
      images: images.get(stage) ?? [],
      containers: containers.filter(({ labels: own }) => Number(own[stageLabel]) === stage).map(listed),
    }));
}

const stageLabel = 'docker-livepush.stage';
/** On containers that only show the layers below a step: they never run. */
const lowerLabel = 'docker-livepush.lower';
