import { checkService, inOrder } from '../check/check-service.js';
import type { ServiceFacts, Subject } from '../check/subject.js';
import type { ServiceBuild } from '../compose/build-target.js';
import type { Diagnostic } from '../diagnostics.js';
import type { ComposePlaces } from './compose-places.js';
import type { CheckedProject } from './load-checked.js';
import { serviceFacts, serviceSubject, unreadableSubject } from './service-subject.js';

/** What a check found, and what a report shows of it. */
export interface CheckReport {
  /** In the order of files and lines. */
  readonly diagnostics: readonly Diagnostic[];
  /** Names of the services that were looked at. */
  readonly services: readonly string[];
  /** Texts of the files that diagnostics are about, by the names in the diagnostics. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Checks the files of a project without an engine. `cwd` is what shown paths are relative to. */
export function checkProject(checked: CheckedProject, cwd: string): CheckReport {
  const { project, builds, diagnostics, places } = checked;
  const ofProject = diagnostics.filter(({ service }) => service === undefined);
  const found = subjectsOf(checked, cwd).flatMap(checkService);
  const inline = new Map(
    builds.flatMap((build) => (build.spec.inline === undefined ? [] : [[build.dockerfilePath, build]])),
  );
  const placed = [...ofProject, ...found].map((diagnostic) => {
    const build = inline.get(diagnostic.file ?? '');
    return build === undefined ? diagnostic : inComposeFile(diagnostic, build, places);
  });
  const texts = new Map([
    ...checked.texts,
    ...builds.map(({ dockerfilePath, dockerfileText }) => [dockerfilePath, dockerfileText] as const),
  ]);
  return { diagnostics: inOrder(placed), services: project.services.map(({ name }) => name), texts };
}

function subjectsOf({ project, builds, diagnostics, places }: CheckedProject, cwd: string): Subject[] {
  return project.services.map((service) => {
    const facts = serviceFacts(service, places);
    const build = builds.find((each) => each.service.name === service.name);
    const own = diagnostics.filter((diagnostic) => diagnostic.service === service.name);
    const reported = own.map((diagnostic) => inItsKey(diagnostic, facts));
    if (build === undefined) return unreadableSubject(facts, reported);
    const subject = serviceSubject(build, facts, cwd);
    return { ...subject, reported: [...reported, ...subject.reported] };
  });
}

/** The key of a service that a fault of a whole service comes from. */
const keys: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'build-context-missing': ['build', 'context'],
  'remote-context': ['build', 'context'],
  'dockerfile-missing': ['build', 'dockerfile'],
  'container-name-taken': ['container_name'],
};

/** A diagnostic about something that is not there, or not alone, placed where the compose file names it. */
function inItsKey(diagnostic: Diagnostic, { placeOf }: ServiceFacts): Diagnostic {
  const key = keys[diagnostic.code];
  const place = key === undefined ? undefined : (placeOf(...key) ?? placeOf(key[0]));
  return place === undefined ? diagnostic : { ...diagnostic, ...place };
}

/** A diagnostic of an inline Dockerfile, moved to where the compose file has the text. */
function inComposeFile(diagnostic: Diagnostic, { service }: ServiceBuild, places: ComposePlaces): Diagnostic {
  const place = places(['services', service.name, 'build', 'dockerfile_inline']);
  const { range } = diagnostic;
  if (place === undefined) return diagnostic;
  const { file, literal } = place;
  if (range === undefined || literal === undefined) return { ...diagnostic, file, range: place.range };
  const [down, right] = [literal.line - 1, literal.column - 1];
  return {
    ...diagnostic,
    file,
    range: {
      line: range.line + down,
      column: range.column + right,
      endLine: range.endLine + down,
      endColumn: range.endColumn + right,
    },
  };
}
