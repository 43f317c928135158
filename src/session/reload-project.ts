import { dirname } from 'node:path';
import { ignoreCandidates, ignoreFileIn, type ServiceBuild } from '../compose/build-target.js';
import { locateContainers } from '../compose/locate.js';
import type { Service } from '../compose/project.js';
import type { Stage } from '../dockerfile/model.js';
import { LivepushError, messageOf } from '../errors.js';
import { readFolders } from './additional-folders.js';
import { overrideFor } from './build-services.js';
import { compareModels } from './compare-models.js';
import { commandsOf, type HeldProject } from './held-project.js';
import type { PlannedService } from './plan-service.js';
import { type ProjectModel, readProjectModel } from './project-model.js';
import { type Replacement, replaceServices, scaleOf } from './replace-services.js';
import { reportDiagnostics } from './report-diagnostics.js';

/** Files that decide what a project is; not all of them need to be there. */
export function configurationFiles({ sources, live }: ProjectModel): string[] {
  const filesOf = ({ spec, additionalFolders }: ServiceBuild, stages: readonly Stage[]): string[] => [
    ...(spec.dockerfile === undefined ? [] : [spec.dockerfile]),
    ...ignoreCandidates(spec).map(({ path }) => path),
    ...readFolders(additionalFolders, stages).map(({ folder }) => ignoreFileIn(folder.folder)),
  ];
  const own = live.flatMap(({ model, stages, baseServices }) => [
    ...filesOf(model.build, stages),
    ...baseServices.flatMap(({ built }) => (built ? filesOf(built.build, built.stages) : [])),
  ]);
  return [...new Set([...sources, ...own])].filter((file) => dirname(file) !== file);
}

/**
 * Carries out what the project's files say now: builds anew, recreates, adds and removes just the services that differ
 * from what runs, and those that are asked for. What is broken is reported, and stays as it was.
 *
 * @param wanted services to build anew in any case, and why
 */
export async function reloadProject(held: HeldProject, wanted: ReadonlyMap<string, string>): Promise<void> {
  held.unread = false;
  const sessions = [...held.services.values()];
  for (const session of sessions) session.beginReading();
  // what was edited together with them is noticed by then
  await Promise.all(sessions.map((session) => session.calm()));
  const read = await readAgain(held);
  const asked = new Map([...outdated(held), ...wanted]);
  if (!read) return rebuildServices(held, asked);
  const after = keepBroken(held.model, read);
  const changes = compareModels(held.model, after);
  const replacements: Replacement[] = [];
  const [recreated, added, removed]: [string[], string[], string[]] = [[], [], []];
  const replaced = new Map<string, string>();
  const planned = new Map(after.live.map((service) => [service.model.build.service.name, service]));
  for (const [name, change] of changes) {
    const live = planned.get(name);
    if (change.kind === 'removed') removed.push(name);
    else if (change.kind === 'rebuilt' && live)
      replacements.push({ planned: live, reason: change.reason, cause: 'files' });
    else if (change.kind === 'added' && live) replacements.push({ planned: live, reason: 'it is new', cause: 'files' });
    else if (change.kind === 'added') added.push(name);
    else if (change.kind === 'replaced') replaced.set(name, change.reason);
    else if (!asked.has(name)) recreated.push(name);
  }
  for (const [name, reason] of asked) {
    const live = planned.get(name);
    const cause = wanted.has(name) ? 'asked' : 'files';
    if (live && !replacements.some((other) => other.planned === live))
      replacements.push({ planned: live, reason, cause });
  }
  const broken = new Set(held.model.live.filter((live) => after.live.includes(live)).map(nameOf));
  const isAsItWas = (name: string): boolean =>
    !broken.has(name) && !replacements.some((r) => nameOf(r.planned) === name);
  const scale = await scaleOf(held, { names: [...recreated, ...replaced.keys()], after });
  for (const name of removed) await removeService(held, name);
  for (const name of [...held.services.keys()]) if (!planned.has(name)) await letGo(held, name);
  await useModel(held, { after, later: new Set(replacements.map((r) => r.planned.model.build.service.name)) });
  for (const [name, session] of held.services) if (isAsItWas(name)) session.release('files');
  await recreate(held, recreated, scale);
  await replaceContainers(held, replaced, scale);
  const rebuilt = new Set(replacements.map(({ planned }) => nameOf(planned)));
  for (const [name, session] of held.services) if (!rebuilt.has(name)) session.turn({ kind: 'agree' });
  if (replacements.length > 0) await replaceServices(held, replacements);
  await start(held, added);
}

/** Services that files were edited for which only a build can bring, and why. */
const outdated = ({ services }: HeldProject): [string, string][] =>
  Array.from(services).flatMap(([name, session]) => (session.outdated === undefined ? [] : [[name, session.outdated]]));

const nameOf = ({ model }: PlannedService): string => model.build.service.name;

/** Builds services anew from what was last read of the project's files. */
export async function rebuildServices(held: HeldProject, asked: ReadonlyMap<string, string>): Promise<void> {
  const live = held.model.live.filter(({ model }) => asked.has(model.build.service.name));
  const replacements = live.map((planned) => {
    return { planned, reason: asked.get(planned.model.build.service.name) ?? '' };
  });
  if (replacements.length > 0) await replaceServices(held, replacements);
}

/** Reads the files; undefined, with a report, when they make no project. */
async function readAgain({ run, model }: HeldProject): Promise<ProjectModel | undefined> {
  const { sink } = run;
  try {
    const read = await readProjectModel(run, run.options);
    if (read.project.name !== model.project.name) {
      const message = `The project is called ${read.project.name} now; what runs goes on as ${model.project.name}.`;
      void sink({ type: 'diagnostic', severity: 'warning', code: 'project-renamed', message, hint: 'Start again.' });
      return undefined;
    }
    const known = new Set([...model.notices, ...model.diagnostics].map((diagnostic) => JSON.stringify(diagnostic)));
    reportDiagnostics(
      sink,
      [...read.notices, ...read.diagnostics].filter((diagnostic) => !known.has(JSON.stringify(diagnostic))),
    );
    return read;
  } catch (error) {
    if (run.signal.aborted) return undefined;
    const code = error instanceof LivepushError ? error.code : 'internal';
    const hint = 'All goes on as it was until this is mended.';
    void sink({ type: 'diagnostic', severity: 'error', code, message: messageOf(error), hint });
    return undefined;
  }
}

/** A service whose files have a fault stays what it was, so that it differs again when they are mended. */
function keepBroken(before: ProjectModel, after: ProjectModel): ProjectModel {
  const hasFault = (name: string): boolean => {
    const planned = after.live.find(({ model }) => model.build.service.name === name);
    const faults = planned ? [...planned.diagnostics, ...planned.model.diagnostics] : [];
    const isLost = !planned && after.project.services.some((s) => s.name === name && s.build && !s.build.remote);
    return isLost || faults.some(({ severity }) => severity === 'error');
  };
  const broken = new Set(before.live.map(({ model }) => model.build.service.name).filter(hasFault));
  const old = new Map(before.project.services.map((service) => [service.name, service]));
  const kept = (service: Service): Service => (broken.has(service.name) ? (old.get(service.name) ?? service) : service);
  return {
    ...after,
    project: { ...after.project, services: after.project.services.map(kept) },
    live: [
      ...before.live.filter(({ model }) => broken.has(model.build.service.name)),
      ...after.live.filter(({ model }) => !hasFault(model.build.service.name)),
    ],
  };
}

/** Takes the files' word for all services but those that are built later. */
async function useModel(
  held: HeldProject,
  { after, later }: { after: ProjectModel; later: ReadonlySet<string> },
): Promise<void> {
  const { project, live } = held.model;
  const old = new Map(project.services.map((service) => [service.name, service]));
  const running = live.filter(({ model }) => later.has(model.build.service.name));
  const model: ProjectModel = {
    ...after,
    project: {
      ...after.project,
      services: after.project.services.flatMap((s) => (later.has(s.name) ? (old.get(s.name) ?? []) : s)),
    },
    live: [...running, ...after.live.filter(({ model: { build } }) => !later.has(build.service.name))],
  };
  const before = held.written;
  held.written = await overrideFor({ ...model, tmpdir: held.run.tmpdir }, model.live);
  await held.written.setCommands(commandsOf(held));
  held.model = model;
  held.helpers.dispose(before);
}

/** New containers of the same image where compose finds that its own idea of the service changed. */
async function recreate(
  held: HeldProject,
  names: readonly string[],
  scale: ReadonlyMap<string, number>,
): Promise<void> {
  if (names.length === 0) return;
  const { sink } = held.run;
  for (const service of names) {
    const message = 'Its configuration changed: it gets new containers where they differ.';
    void sink({ type: 'diagnostic', service, severity: 'note', code: 'service-changed', message });
  }
  const own = new Map([...scale].filter(([name]) => names.includes(name)));
  await up(held, names, { noBuild: true, noDeps: true, scale: own });
}

/** New containers of the same image, whatever compose thinks of it. */
async function replaceContainers(
  held: HeldProject,
  reasons: ReadonlyMap<string, string>,
  all: ReadonlyMap<string, number>,
): Promise<void> {
  if (reasons.size === 0) return;
  for (const [service, reason] of reasons) {
    const message = `It gets new containers: ${reason}.`;
    void held.run.sink({ type: 'diagnostic', service, severity: 'note', code: 'service-changed', message });
  }
  const scale = new Map([...all].filter(([name]) => reasons.has(name)));
  await up(held, [...reasons.keys()], { noBuild: true, noDeps: true, forceRecreate: true, scale });
}

async function start(held: HeldProject, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const plain = names.filter((name) => held.model.plain.includes(name));
  if (plain.length > 0) await held.run.cli.build({ services: plain, signal: held.run.signal });
  await up(held, names, { noBuild: true });
}

async function up(
  { run, written }: HeldProject,
  services: readonly string[],
  how: { noBuild: boolean; noDeps?: boolean; forceRecreate?: boolean; scale?: ReadonlyMap<string, number> },
): Promise<void> {
  try {
    await run.cli.up({ ...how, services, overrides: [written.upFile], signal: run.signal });
  } catch (error) {
    if (run.signal.aborted) return;
    const { code, hint } = error instanceof LivepushError ? error : { code: 'internal', hint: undefined };
    void run.sink({ type: 'diagnostic', severity: 'error', code, message: messageOf(error), ...(hint && { hint }) });
  }
}

/** Pushes to a service no more. */
async function letGo({ services, built, restarts }: HeldProject, name: string): Promise<void> {
  await services.get(name)?.close();
  for (const all of [services, built, restarts]) all.delete(name);
}

/** A service that is in the files no more: its containers are stopped as they want it, and removed. */
async function removeService(held: HeldProject, name: string): Promise<void> {
  const { engine, sink } = held.run;
  await letGo(held, name);
  const containers = await locateContainers(engine, held.model.project.name, name);
  for (const { id } of containers) {
    const container = engine.container(id);
    await container.stop().catch(() => {});
    await container.remove();
    held.logs.forget(id);
  }
  const message = 'It is not in the compose files any more: its containers are removed.';
  void sink({ type: 'diagnostic', service: name, severity: 'note', code: 'service-removed', message });
}
