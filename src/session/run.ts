import type { ComposeCli } from '../compose/compose-requests.js';
import { locateContainers } from '../compose/locate.js';
import type { Project } from '../compose/project.js';
import type { WrittenOverride } from '../compose/write-override.js';
import type { Engine } from '../docker/engine.js';
import { LivepushError } from '../errors.js';
import type { EventSink } from '../events.js';
import type { BuiltService } from './build-services.js';
import type { LogFollower } from './follow-logs.js';
import type { ServiceSession } from './service-session.js';

/** What the user asked of a run, as far as its services are concerned. */
export interface SessionOptions {
  /** False: the images are used as they are. */
  readonly build: boolean;
  /** False: never restart a main process after a push. */
  readonly restart: boolean;
  readonly logs: boolean;
  /** True: report plans instead of carrying them out. */
  readonly dryRun: boolean;
  /** Milliseconds without a file event before a push starts. */
  readonly debounceMs: number;
}

/** One run of a project: what its services share. */
export interface Run {
  readonly options: SessionOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cli: ComposeCli;
  readonly engine: Engine;
  readonly project: Project;
  readonly tmpdir: string;
  /** The override files that the project was started with. */
  readonly written: WrittenOverride;
  readonly logs: LogFollower;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** Shows the output of a service's containers, from their last start on. */
export async function followService(run: Run, service: string): Promise<void> {
  const containers = await locateContainers(run.engine, run.project.name, service);
  for (const { id } of containers) run.logs.follow(service, id);
}

/** Pushes to the service's containers from now on. */
export async function attach(run: Run, session: ServiceSession, built: BuiltService | undefined): Promise<void> {
  if (!built) throw new LivepushError('internal', `Service ${session.name} was not built.`);
  const containers = await locateContainers(run.engine, run.project.name, session.name);
  await session.attach({ ...built, containerIds: containers.map(({ id }) => id) });
}
