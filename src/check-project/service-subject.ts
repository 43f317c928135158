import { realpathSync } from 'node:fs';
import { posix } from 'node:path';
import type { Place } from '../check/place.js';
import { type MountFacts, readSubject, type ServiceFacts, type Subject } from '../check/subject.js';
import { type ServiceBuild, shownPath } from '../compose/build-target.js';
import type { Service, ServiceMount } from '../compose/project.js';
import type { Diagnostic } from '../diagnostics.js';
import { ignoreNothing, parseIgnore } from '../watch/ignore.js';
import type { ComposePlaces } from './compose-places.js';
import { diskTree, sentTree } from './disk-tree.js';

const ENGINE_PLATFORM = 'linux/amd64';

/** What a mount in short or long form mounts over. */
function targetOf(value: unknown): string | undefined {
  if (typeof value === 'string')
    return value
      .split(':')
      .slice(0, 2)
      .at(-1)
      ?.replace(/(?<=.)\/$/, '');
  return typeof value === 'object' && value !== null && 'target' in value ? String(value.target) : undefined;
}

function placeOfMount(service: string, { target, type }: ServiceMount, places: ComposePlaces): Place | undefined {
  const key = type === 'tmpfs' && places(['services', service, 'tmpfs']) !== undefined ? 'tmpfs' : 'volumes';
  const path = ['services', service, key];
  for (let index = 0; ; index += 1) {
    const item = places([...path, index]);
    if (item === undefined) return places(path);
    if (targetOf(item.value) === target) return item;
  }
}

/** A path of the host with links followed, as the context has it; as it is where nothing is there yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What the rules want to know of a service from the compose files. */
export function serviceFacts(service: Service, places: ComposePlaces): ServiceFacts {
  const { name, entrypoint, readOnly, livepush, build } = service;
  const mounts = service.mounts.map((mount): MountFacts => {
    const { type, source } = mount;
    const real = type === 'bind' && source !== undefined ? realPath(source) : source;
    const seen = { ...mount, source: real, target: posix.resolve('/', mount.target) };
    return { ...seen, place: placeOfMount(name, seen, places) };
  });
  const placeOf = (...path: readonly string[]): Place | undefined => {
    const found = places(['services', name, ...path]);
    return found && { file: found.file, range: found.range };
  };
  return { name, entrypoint, readOnly, mounts, target: build?.target, livepush, placeOf };
}

/** A service that is built, as the rules see it. `cwd` is what shown paths are relative to. */
export function serviceSubject(build: ServiceBuild, facts: ServiceFacts, cwd: string): Subject {
  const { spec, service, dockerfilePath, dockerfileText, ignorePath, ignoreText } = build;
  const all = diskTree(spec.context);
  const sent = sentTree(all, ignoreText === undefined ? ignoreNothing : parseIgnore(ignoreText));
  return readSubject(facts, {
    dockerfile: { path: dockerfilePath, text: dockerfileText },
    target: spec.target,
    args: spec.args,
    additionalContexts: Object.keys(spec.additionalContexts),
    platform: service.platform ?? spec.platforms[0] ?? ENGINE_PLATFORM,
    context: {
      root: realpathSync(spec.context),
      all,
      sent,
      ignoreFile: ignorePath && shownPath(ignorePath, cwd),
    },
  });
}

/** A service whose files cannot be read: what was said about them is all that there is. */
export const unreadableSubject = (service: ServiceFacts, reported: readonly Diagnostic[]): Subject => ({
  service,
  reported,
  files: undefined,
});
