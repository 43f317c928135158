import type { ServiceBuild } from '../compose/build-target.js';
import { isSameImage } from '../compose/image-names.js';
import { imageOf, type Project } from '../compose/project.js';
import type { ParsedDockerfile, Stage, Step } from '../dockerfile/model.js';
import { neededStages } from '../dockerfile/needed.js';

/** What decides which images the build of a service reads. */
export interface BuildRecipe {
  readonly build: ServiceBuild;
  /** The service's ordinary Dockerfile: what others find in its image is not the live one. */
  readonly dockerfile: ParsedDockerfile;
  /** Its stages up to the one that is built. */
  readonly stages: readonly Stage[];
  /** The same of the live Dockerfile, where the service has directives. */
  readonly liveStages?: readonly Stage[];
}

/** A service whose image the build of another one reads, by `FROM`, `COPY --from` or a mount. */
export interface BaseService {
  readonly name: string;
  /** Its image, as compose names it. */
  readonly image: string;
  /** 0 where it is built from no other service; else one more than the highest of those that it is built from. */
  readonly level: number;
  /** Undefined where its build context is not on this machine. */
  readonly built: BuildRecipe | undefined;
}

/**
 * For each service that is built from others: these, and what they are built from in turn, in the order in which they have
 * to be built. Compose builds in the order of `depends_on`, and bake in none: what a Dockerfile names decides. Pure.
 */
export function findBaseServices(
  project: Project,
  built: readonly BuildRecipe[],
): ReadonlyMap<string, readonly BaseService[]> {
  const byName = new Map(built.map((each) => [each.build.service.name, each]));
  const direct = (name: string): string[] => {
    const own = byName.get(name);
    return own ? servicesRead(project, own) : [];
  };
  const above = (name: string, seen: ReadonlySet<string>): Map<string, BaseService> => {
    const found = new Map<string, BaseService>();
    for (const base of direct(name)) {
      const service = project.services.find((other) => other.name === base);
      if (!service || seen.has(base)) continue;
      const below = [...above(base, new Set([...seen, base])).values()];
      for (const each of below) found.set(each.name, each);
      const level = Math.max(-1, ...below.map((each) => each.level)) + 1;
      found.set(base, { name: base, image: imageOf(project, service), level, built: byName.get(base) });
    }
    return found;
  };
  const all = project.services.map(({ name }) => [name, [...above(name, new Set([name])).values()]] as const);
  return new Map(all.filter(([, bases]) => bases.length > 0));
}

/** Names of the services whose images a build reads. */
function servicesRead(project: Project, { build, stages, liveStages = [] }: BuildRecipe): string[] {
  const { additionalContexts } = build.spec;
  const references = [stages, liveStages].flatMap(referencesIn);
  const named = references.flatMap((reference) => {
    const given = additionalContexts[reference] ?? `docker-image://${reference}`;
    const [, service] = /^service:(.+)$/.exec(given) ?? [];
    if (service !== undefined) return [service];
    const [, image] = /^docker-image:\/\/(.+)$/.exec(given) ?? [];
    if (image === undefined) return [];
    const maker = project.services.find(
      (other) => other.build !== undefined && isSameImage(imageOf(project, other), image),
    );
    return maker ? [maker.name] : [];
  });
  return [...new Set(named)].filter((name) => name !== build.service.name);
}

/** Images and named contexts that the stages read which the last one needs. */
function referencesIn(stages: readonly Stage[]): string[] {
  const needed = neededStages(stages, undefined);
  return stages
    .filter(({ index }) => needed.has(index))
    .flatMap(({ base, steps }) => [...(base.kind === 'image' ? [base.ref] : []), ...steps.flatMap(namesIn)]);
}

function namesIn(step: Step): string[] {
  switch (step.kind) {
    case 'copy':
      return step.from.kind === 'fixed' ? [step.from.name] : [];
    case 'run':
      return step.mounts.flatMap(({ from }) => (from.kind === 'fixed' ? [from.name] : []));
    case 'unreplayable':
      return fromNames(step.text);
    case 'workdir':
    case 'config':
      return [];
  }
}

/** What stands after `from=` in the flags of an instruction. */
export const fromNames = (text: string): string[] =>
  Array.from(text.matchAll(/\bfrom=([^\s,"]+)/g), ([, name]) => name ?? '');

/** The base services of several services, each once, in groups that can be built at once. */
export function buildGroups(bases: readonly (readonly BaseService[])[]): (readonly BaseService[])[] {
  const all = new Map(bases.flat().map((base) => [base.name, base]));
  const levels = [...new Set(Array.from(all.values(), ({ level }) => level))].sort((a, b) => a - b);
  return levels.map((wanted) => [...all.values()].filter(({ level }) => level === wanted));
}
