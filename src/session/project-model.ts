import type { ServiceBuild } from '../compose/build-target.js';
import type { ComposeCli } from '../compose/compose-requests.js';
import { pushSettings, restartOption } from '../compose/livepush-options.js';
import type { LoadedProject } from '../compose/load-project.js';
import type { Project } from '../compose/project.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Engine } from '../docker/engine.js';
import { type BaseService, findBaseServices } from './base-services.js';
import { liveBuilds } from './find-project.js';
import { beginReading, type Reading } from './open-compose.js';
import { type PlannedService, planService } from './plan-service.js';
import { watchRulesNotice } from './pushless.js';
import { buildRecipe, type LiveModel, liveModel } from './service-model.js';

/** What the user chose of a project. */
export interface Selection {
  /** Services to bring up, with what they depend on; empty for all. */
  readonly services: readonly string[];
  /** Services that get pushes; empty for all that are built. */
  readonly live: readonly string[];
}

/** A project as its files say, with all that can be known before anything is built. */
export interface ProjectModel {
  readonly project: Project;
  /** The services that get pushes. */
  readonly live: readonly PlannedService[];
  /** Names of the services that are built as they are. */
  readonly plain: readonly string[];
  /** See `findBaseServices`. */
  readonly baseServices: ReadonlyMap<string, readonly BaseService[]>;
  /** When it began to be read, in milliseconds of the epoch, rounded up. */
  readonly readAt: number;
  /** Absolute paths of the compose and env files. */
  readonly sources: readonly string[];
  /** What a build would fail at, and warnings. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is not as it was meant, and stops nothing, however severe. */
  readonly notices: readonly Diagnostic[];
}

/**
 * Reads a project and makes the model of each live service. Faults in the user's files are diagnostics; throws `usage` for
 * a name that is none, and what `loadProject` throws.
 *
 * @param reading begun with the same services
 */
export async function readProjectModel(
  { cli, engine }: { cli: ComposeCli; engine: Engine },
  selection: Selection,
  reading: Reading = beginReading(cli, selection.services),
): Promise<ProjectModel> {
  const { readAt } = reading;
  const loaded = await reading.loaded;
  const surroundings = { ...(await engine.facts()), proxies: engine.proxies };
  const modelOf = (build: ServiceBuild): LiveModel => liveModel(build, surroundings);
  const chosen = liveBuilds(loaded, selection.live);
  const models = chosen.map(modelOf);
  const recipes = loaded.builds.map((build) => buildRecipe(build, models[chosen.indexOf(build)] ?? modelOf(build)));
  const baseServices = findBaseServices(loaded.project, recipes);
  const basesOf = ({ build }: LiveModel) => baseServices.get(build.service.name) ?? [];
  const live = await Promise.all(models.map((model) => planService(engine, model, basesOf(model))));
  return {
    readAt,
    project: loaded.project,
    live,
    plain: plainBuilds(loaded, live),
    baseServices,
    sources: loaded.sources,
    notices: models.flatMap((model) => [
      ...model.directiveFaults,
      ...commandNotice(model),
      ...restartOption(model.build.service).diagnostics,
      ...pushSettings(model.build.service).diagnostics,
      ...watchRulesNotice(model),
    ]),
    diagnostics: [...loaded.diagnostics, ...[...models, ...live].flatMap(({ diagnostics }) => diagnostics)],
  };
}

/** A live command wins over the service's own: what the user wrote there does not happen. */
function commandNotice({ liveCommand, build }: LiveModel): Diagnostic[] {
  const { name, command } = build.service;
  if (liveCommand === undefined || command === undefined) return [];
  const message = `The live command runs in place of the command of service ${name} in the compose file.`;
  return [{ code: 'command-replaced', severity: 'note', message, file: build.dockerfilePath }];
}

/** Services that are built, but get no pushes. */
function plainBuilds({ project }: LoadedProject, planned: readonly PlannedService[]): string[] {
  const live = new Set(planned.map(({ model }) => model.build.service.name));
  return project.services.filter(({ name, build }) => build !== undefined && !live.has(name)).map(({ name }) => name);
}
