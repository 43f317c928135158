import { locateContainers, locateProject, serviceOf } from '../compose/locate.js';
import type { WrittenOverride } from '../compose/write-override.js';
import { messageOf } from '../errors.js';
import { type BuiltService, buildServices, overrideFor } from './build-services.js';
import { attachService, type HeldProject, openService, showLogs, superviseBuilt } from './held-project.js';
import { openAhead } from './open-ahead.js';
import type { PlannedService } from './plan-service.js';
import type { ProjectModel } from './project-model.js';
import type { ServiceSession } from './service-session.js';
import type { RebuildCause } from './service-state.js';

/** A service that is built anew. */
export interface Replacement {
  readonly planned: PlannedService;
  readonly reason: string;
  /** Somebody has asked for it where it is left out. */
  readonly cause?: RebuildCause;
}

const nameOf = ({ planned }: Replacement): string => planned.model.build.service.name;

/**
 * Builds services anew and puts new containers in place of their old ones, all in one go. One that fails goes on as it was,
 * or tries again at the next save, and does not hold the others. Trouble is told, not thrown.
 */
export async function replaceServices(held: HeldProject, replacements: readonly Replacement[]): Promise<void> {
  const { sink } = held.run;
  const started = performance.now();
  for (const replacement of replacements) {
    const service = nameOf(replacement);
    held.services.get(service)?.hold('rebuild');
    held.services.get(service)?.turn({ kind: 'rebuild', reason: replacement.reason });
    void sink({ type: 'rebuildStart', service, reason: replacement.reason });
  }
  const outcomes = await tryAll(held, replacements);
  const durationMs = Math.round(performance.now() - started);
  for (const replacement of replacements) {
    const service = nameOf(replacement);
    const error = outcomes.get(service);
    void sink({ type: 'rebuildEnd', service, ok: error === undefined, durationMs });
    if (error !== undefined) fail(held, replacement, error);
    held.services.get(service)?.release('rebuild');
    held.askedByPush.delete(service);
  }
  void openAhead(held);
}

function fail(held: HeldProject, replacement: Replacement, error: unknown): void {
  const { sink, signal } = held.run;
  const service = nameOf(replacement);
  const session = held.services.get(service);
  const { reason } = replacement;
  const isAttached = session?.isAttached === true;
  const cause = held.askedByPush.has(service) ? 'push' : (replacement.cause ?? 'asked');
  session?.turn({ kind: 'fail', reason, isAttached, cause });
  if (signal.aborted) return;
  const rest = isAttached ? 'The old container goes on running; the' : 'It gets no pushes until then: the';
  const hint = `${rest} next save tries again.`;
  void sink({
    type: 'diagnostic',
    service,
    severity: 'error',
    code: 'rebuild-failed',
    message: messageOf(error),
    hint,
  });
}

/** The error of each service that could not be replaced. After a build of several that fails, each is built by itself. */
async function tryAll(held: HeldProject, replacements: readonly Replacement[]): Promise<Map<string, unknown>> {
  const errors = new Map<string, unknown>();
  const error = await replace(held, replacements);
  if (error === undefined) return errors;
  if (replacements.length === 1 || held.run.signal.aborted) {
    for (const replacement of replacements) errors.set(nameOf(replacement), error);
    return errors;
  }
  for (const replacement of replacements) {
    const own = await replace(held, [replacement]);
    if (own !== undefined) errors.set(nameOf(replacement), own);
  }
  return errors;
}

/** Gives what went wrong. */
async function replace(held: HeldProject, replacements: readonly Replacement[]): Promise<unknown> {
  const { run } = held;
  const model = withServices(held.model, replacements);
  let written: WrittenOverride | undefined;
  let sessions: readonly ServiceSession[] = [];
  try {
    written = await overrideFor({ ...model, tmpdir: run.tmpdir }, model.live);
    sessions = replacements.map(({ planned }) => openService(held, planned));
    const context = { ...run, project: model.project, helpers: held.helpers, options: { build: true } };
    const planned = replacements.map((replacement) => replacement.planned);
    // before the build: see `ProjectSession.build`
    await Promise.all(sessions.map((session) => session.watch()));
    const built = await buildServices(context, planned, { written, others: [], baseServices: model.baseServices });
    const names = replacements.map(nameOf);
    const scale = await scaleOf(held, { names, after: model });
    const before = held.written;
    Object.assign(held, { written, model });
    try {
      await takeOver(held, sessions, { built, scale });
    } finally {
      held.helpers.dispose(before);
    }
    return undefined;
  } catch (error) {
    // what has not taken the place of another is given up
    const left = sessions.filter((session) => held.services.get(session.name) !== session);
    await Promise.allSettled(left.map((session) => session.close()));
    if (held.written !== written) await written?.dispose().catch(() => {});
    return error;
  }
}

/** New containers, and new sessions that follow them. */
async function takeOver(
  held: HeldProject,
  sessions: readonly ServiceSession[],
  { built, scale }: { built: readonly BuiltService[]; scale: ReadonlyMap<string, number> },
): Promise<void> {
  const { cli, signal } = held.run;
  const names = sessions.map(({ name }) => name);
  const isNew = names.some((name) => !held.services.has(name));
  for (const [index, session] of sessions.entries()) {
    await held.services.get(session.name)?.close();
    held.services.set(session.name, session);
    const service = built[index];
    if (service) held.built.set(session.name, service);
  }
  if (!held.run.options.compare) void held.helpers.buildAhead();
  const faults: unknown[] = [];
  const note = (fault: unknown): void => void faults.push(fault);
  const start = async () => {
    await superviseBuilt(held, built);
    // a new service may depend on others that are new
    const how = { noBuild: true, noDeps: !isNew, forceRecreate: true, scale, signal };
    await cli.up({ ...how, services: names, overrides: [held.written.upFile] });
  };
  await start().catch(note);
  // whatever has come of it: those that run get their pushes
  const { engine } = held.run;
  for (const session of sessions) {
    const attach = async () => {
      const containers = await locateContainers(engine, held.model.project.name, session.name);
      showLogs(held, session.name, containers);
      await attachService(held, session, containers);
    };
    await attach().catch(note);
  }
  // an edit that comes from now on is in none of the images
  await held.helpers.hasRead();
  if (faults.length > 0) throw faults[0];
}

/** How many containers services have that the user has scaled otherwise than the compose file says, unless it says something new. */
export async function scaleOf(
  { run, model }: HeldProject,
  { names, after }: { names: readonly string[]; after: ProjectModel },
): Promise<Map<string, number>> {
  const containers = await locateProject(run.engine, model.project.name);
  const declared = new Map(after.project.services.map(({ name, replicas }) => [name, replicas]));
  return new Map(
    model.project.services.flatMap(({ name, replicas }) => {
      const count = containers.filter((container) => serviceOf(container) === name).length;
      const isScaled = count > 0 && count !== replicas && declared.get(name) === replicas;
      return names.includes(name) && isScaled ? [[name, count] as const] : [];
    }),
  );
}

/** The model with these services in place of, or besides, those it has. */
function withServices(model: ProjectModel, replacements: readonly Replacement[]): ProjectModel {
  const fresh = new Map(replacements.map((replacement) => [nameOf(replacement), replacement.planned]));
  const others = model.live.filter((planned) => !fresh.has(planned.model.build.service.name));
  const services = new Map(model.project.services.map((service) => [service.name, service]));
  for (const planned of fresh.values()) services.set(planned.model.build.service.name, planned.model.build.service);
  return {
    ...model,
    project: { ...model.project, services: [...services.values()] },
    live: [...others, ...fresh.values()],
    plain: model.plain.filter((name) => !fresh.has(name)),
  };
}
