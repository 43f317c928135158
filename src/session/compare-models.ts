import type { Service } from '../compose/project.js';
import type { ParsedDockerfile } from '../dockerfile/model.js';
import { readFolders } from './additional-folders.js';
import type { BaseService } from './base-services.js';
import type { PlannedService } from './plan-service.js';
import type { ProjectModel } from './project-model.js';
import type { LiveModel } from './service-model.js';

/** What an edit of the project's files means for one service. */
export type ServiceChange =
  | { readonly kind: 'added' }
  | { readonly kind: 'removed' }
  /** Another image comes of it. */
  | { readonly kind: 'rebuilt'; readonly reason: string }
  /** Its containers are others, or another number of them; their image is the same. */
  | { readonly kind: 'recreated' }
  /** Its containers are to be made anew for something that compose does not compare. */
  | { readonly kind: 'replaced'; readonly reason: string };

/** The services that really changed: what only looks different (comments, the order of keys) is no change. */
export function compareModels(before: ProjectModel, after: ProjectModel): ReadonlyMap<string, ServiceChange> {
  const [old, now] = [servicesOf(before), servicesOf(after)];
  const changes = new Map<string, ServiceChange>();
  for (const name of old.keys()) if (!now.has(name)) changes.set(name, { kind: 'removed' });
  for (const [name, service] of now) {
    const known = old.get(name);
    const change: ServiceChange | undefined = known ? changeOf(known, service) : { kind: 'added' };
    if (change) changes.set(name, change);
  }
  return changes;
}

interface KnownService {
  readonly service: Service;
  /** Undefined for one that gets no pushes. */
  readonly live: LiveModel | undefined;
  /** By the name of each additional context that is read: what its ignore file says. */
  readonly additionalRules: ReadonlyMap<string, string>;
  /** By the name of each service that it is built from: all that decides how that is built. */
  readonly baseRecipes: ReadonlyMap<string, string>;
}

function servicesOf({ project, live }: ProjectModel): ReadonlyMap<string, KnownService> {
  const planned = new Map(live.map((each) => [each.model.build.service.name, each]));
  return new Map(
    project.services.map((service) => {
      const own = planned.get(service.name);
      const rules = own ? additionalRules(own) : new Map();
      const baseRecipes = own ? recipesOf(own.baseServices) : new Map();
      return [service.name, { service, live: own?.model, additionalRules: rules, baseRecipes }];
    }),
  );
}

const additionalRules = ({ model, stages }: PlannedService): ReadonlyMap<string, string> =>
  new Map(
    readFolders(model.build.additionalFolders, stages).map(({ folder }) => [folder.name, rules(folder.ignoreText)]),
  );

const recipesOf = (bases: readonly BaseService[]): ReadonlyMap<string, string> =>
  new Map(
    bases.map(({ name, image, built }) => {
      const of = built && [instructions(built.dockerfile), built.build.spec, rules(built.build.ignoreText)];
      return [name, JSON.stringify([image, of])] as const;
    }),
  );

function changeOf(before: KnownService, after: KnownService): ServiceChange | undefined {
  const reason =
    after.live && (whyRebuilt(before, after.live) ?? whyOtherFiles(before, after) ?? whyOtherBase(before, after));
  if (reason !== undefined) return { kind: 'rebuilt', reason };
  const other = whyOtherContents(before.service, after.service);
  if (other !== undefined) return { kind: after.live ? 'rebuilt' : 'replaced', reason: other };
  const isSame = runsAs(before.service) === runsAs(after.service);
  if (!isSame && after.live) return { kind: 'rebuilt', reason: 'its configuration changed' };
  return isSame && before.service.replicas === after.service.replicas ? undefined : { kind: 'recreated' };
}

function whyRebuilt({ live: before }: KnownService, after: LiveModel): string | undefined {
  if (!before) return 'it is built now';
  const [was, is] = [before.build, after.build];
  if (instructions(before.dockerfile) !== instructions(after.dockerfile) || before.target !== after.target)
    return `${is.dockerfilePath} changed`;
  if (before.liveCommand?.value !== after.liveCommand?.value) return `${is.dockerfilePath} changed`;
  if (JSON.stringify(was.spec) !== JSON.stringify(is.spec)) return 'its build in the compose file changed';
  if (rules(was.ignoreText) !== rules(is.ignoreText)) return 'its ignore file changed';
  return undefined;
}

/** What a build is given of an additional context is another part of it. */
function whyOtherFiles(before: KnownService, after: KnownService): string | undefined {
  const differs = ([name, was]: [string, string]) => (after.additionalRules.get(name) ?? was) !== was;
  const found = [...before.additionalRules].find(differs);
  return found && `the ignore file of the additional context ${found[0]} changed`;
}

/** A config or a secret of its containers is another one. */
function whyOtherContents({ contents: before }: Service, { contents: after }: Service): string | undefined {
  const found = Object.entries(after).find(([label, digest]) => (before[label] ?? digest) !== digest);
  return found && `its ${found[0]} changed`;
}

/** A service that it is built from is built otherwise. */
function whyOtherBase(before: KnownService, after: KnownService): string | undefined {
  const found = [...after.baseRecipes].find(([name, recipe]) => before.baseRecipes.get(name) !== recipe);
  return found && `the build of service ${found[0]}, which it is built from, changed`;
}

/** All of a Dockerfile that a build looks at: without comments, blank lines and line numbers. */
function instructions(dockerfile: ParsedDockerfile): string {
  return JSON.stringify([dockerfile.escape, dockerfile.globalArgs, dockerfile.stages], (key, value) =>
    key === 'line' || key === 'endLine' ? undefined : value,
  );
}

const rules = (text: string | undefined): string =>
  (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');

/** All of a service that its containers are made with, but for their number. */
function runsAs({ definition }: Service): string {
  const { build: _, scale: _scale, deploy, ...rest } = JSON.parse(definition) as Record<string, unknown>;
  const { replicas: _replicas, ...limits } = { ...(deploy as Record<string, unknown> | undefined) };
  return JSON.stringify({ ...rest, deploy: limits });
}
