import type { ServiceCommand } from '../compose/live-override.js';
import type { WrittenOverride } from '../compose/write-override.js';
import type { ContainerSummary } from '../docker/engine.js';
import { LivepushError } from '../errors.js';
import type { BuiltService } from './build-services.js';
import { isBuilt } from './cached-build.js';
import type { LogFollower } from './follow-logs.js';
import type { HelperBuilds } from './helper-builds.js';
import type { LandingNote } from './landing-note.js';
import { openSession } from './open-session.js';
import type { PlannedService } from './plan-service.js';
import type { ProjectModel } from './project-model.js';
import type { RestartTurns } from './restart-turns.js';
import type { Run } from './run.js';
import type { SeenFilesNote } from './seen-files.js';
import type { ServiceSession } from './service-session.js';
import { type ServiceRestart, superviseServices } from './supervise-services.js';

/** What a session holds of its project at the moment. */
export interface HeldProject {
  readonly run: Run;
  readonly logs: LogFollower;
  /** What runs; files that changed since may say something else. */
  model: ProjectModel;
  /** The override files that it runs with. */
  written: WrittenOverride;
  /** The live services by name. */
  readonly services: Map<string, ServiceSession>;
  readonly built: Map<string, BuiltService>;
  /** How the live services are restarted. */
  readonly restarts: Map<string, ServiceRestart>;
  /** Services whose main process has ended for not being process 1, and what it said. */
  readonly refused: Map<string, string>;
  readonly turns: RestartTurns;
  readonly helpers: HelperBuilds;
  /** Services that a push wants to have built anew, and that were not since. */
  readonly askedByPush: Set<string>;
  /** True: pushes are held back until somebody says otherwise. */
  paused: boolean;
  /** True: files that the project is made of have changed, and are not read yet. */
  unread: boolean;
  /** What is noted of a service's containers for later sessions; undefined where they do not outlive this one. */
  readonly noteOf: (service: string) => SeenFilesNote | undefined;
  /** What is noted while files are brought into a service's containers. */
  readonly landingOf: (service: string) => LandingNote;
  /** Told when a service has to be built anew, and when a file is saved while an edit of the project's files waits. */
  readonly onRebuild: (service: string, reason: string) => void;
  readonly onSave: (service: string, wanted: { readonly reason: string; readonly insists: boolean }) => void;
  /** Told before edits of a build context are pushed. */
  readonly onEdits: () => void;
  /** Told when files of an additional context were edited that a service is built from. */
  readonly onOutdated: () => void;
}

/** Opens the session of a service; one that takes the place of another goes on with its counting. */
export function openService(held: HeldProject, planned: PlannedService): ServiceSession {
  const { name } = planned.model.build.service;
  const pushes = held.services.get(name)?.pushes ?? 0;
  const calls = {
    pushes,
    note: held.noteOf(name),
    landing: held.landingOf(name),
    onRebuild: (reason: string) => {
      held.askedByPush.add(name);
      held.onRebuild(name, reason);
    },
    hasBuilt: asksBuilder(held, planned)
      ? (signal: AbortSignal) =>
          isBuilt({ ...held.run, written: held.written, project: held.model.project.name, service: name, signal })
      : undefined,
    onEdits: held.onEdits,
    onSave: (wanted: { readonly reason: string; readonly insists: boolean }) => held.onSave(name, wanted),
    inTurn: (restart: () => Promise<void>) => held.turns.take(name, restart),
    onOutdated: held.onOutdated,
  };
  const session = openSession(held.run, planned, calls);
  if (held.paused) session.hold('paused');
  return session;
}

/** Where a session builds at all; what another service builds first for it would be built, too. */
const asksBuilder = ({ run: { options } }: HeldProject, { baseServices }: PlannedService): boolean =>
  options.build && options.buildCache !== false && !options.dryRun && baseServices.length === 0;

/** Pushes to a service's containers from now on, beginning with what was edited since its files were first read. */
export async function attachService(
  { built, restarts, unread }: HeldProject,
  session: ServiceSession,
  containers: readonly ContainerSummary[],
): Promise<void> {
  const found = built.get(session.name);
  if (!found) throw new LivepushError('internal', `Service ${session.name} was not built.`);
  if (unread) session.hold('files');
  const restartBy = restarts.get(session.name)?.restartBy;
  const containerIds = containers.map(({ id }) => id);
  await session.attach({ ...found, containerIds, ...(restartBy && { restartBy }) });
}

/** What an image runs is known when it is built: only now can main processes be put under a supervisor. */
export async function superviseBuilt(held: HeldProject, built: readonly BuiltService[]): Promise<void> {
  const { project } = held.model;
  const chosen = await superviseServices({ ...held.run, project, refused: held.refused }, built, held.restarts);
  for (const [name, restart] of chosen) held.restarts.set(name, restart);
  await held.written.setCommands(commandsOf(held));
}

/** What services run in place of what their images and the compose file say. */
export const commandsOf = ({ restarts }: HeldProject): ReadonlyMap<string, ServiceCommand> =>
  new Map(Array.from(restarts).flatMap(([name, { command }]) => (command ? [[name, command] as const] : [])));

/** Whether the output of a service is shown: compose shows none of one with `attach: false`. */
export const showsLogs = ({ run, model }: Pick<HeldProject, 'run' | 'model'>, service: string): boolean =>
  run.options.logs && model.project.services.find(({ name }) => name === service)?.attach !== false;

/** Shows the output of a service's containers, from their last start on. */
export function showLogs(
  { run, model, logs }: HeldProject,
  service: string,
  containers: readonly ContainerSummary[],
): void {
  if (!showsLogs({ run, model }, service)) return;
  for (const { id } of containers) logs.follow(service, id);
}
