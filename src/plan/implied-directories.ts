import type { WorkdirStep } from '../dockerfile/model.js';
import { type Beneath, isDirectoryBeneath } from './beneath.js';
import { isWithin, selfAndParents } from './context-tree.js';
import type { CopyMap, Placement, Unpacked } from './copy-map.js';
import type { ImpliedDirectory, PendingChange } from './plan.js';

interface Segment {
  readonly beneath: Beneath;
  readonly maps: readonly CopyMap[];
  /** The WORKDIR steps among and behind the COPY steps. */
  readonly workdirSteps: readonly WorkdirStep[];
  readonly pending: ReadonlyMap<string, PendingChange>;
}

/** A step that makes directories on its way; a WORKDIR has no map. */
interface Maker {
  readonly step: ImpliedDirectory['step'];
  readonly map: CopyMap | undefined;
  readonly needs: (directory: string) => boolean;
}

/**
 * Directories that no step copies, but that a step makes on its way, of which another step is the first to need them since
 * these paths were touched: a build gives them the `--chown` of the COPY that makes them, or the USER of the WORKDIR.
 */
export function impliedDirectories(segment: Segment, touched: Iterable<string>): ImpliedDirectory[] {
  const makers = makersOf(segment);
  if (!makers.some(({ step }) => hasOwner(step))) return [];
  const found: ImpliedDirectory[] = [];
  for (const path of new Set(Array.from(touched, selfAndParents).flat())) {
    const nth = makers.findIndex(({ needs }) => needs(path));
    const maker = makers[nth];
    if (!maker || segment.maps.some((map) => isExplicit(map.at(path)))) continue;
    if (isDirectoryBeneath(segment.beneath, path)) continue;
    const wasNeeded = makers.slice(0, nth).some(({ map }) => map && hadSomething(segment, map, path));
    if (wasNeeded || (maker.map && allNew(segment, maker.map, path))) found.push({ path, step: maker.step });
  }
  return found;
}

/** In the order of the Dockerfile. */
function makersOf({ maps, workdirSteps }: Segment): Maker[] {
  const copies = maps.map((map): Maker => {
    return { step: map.step, map, needs: (path) => first(map.all(path)) !== undefined };
  });
  const workdirs = workdirSteps.map((step): Maker => {
    return { step, map: undefined, needs: (path) => isWithin(path, step.path) };
  });
  return [...copies, ...workdirs].sort((a, b) => a.step.index - b.step.index);
}

const hasOwner = (step: ImpliedDirectory['step']): boolean =>
  step.kind === 'copy' ? step.chown !== undefined : step.state.user !== '';

const first = <Item>(items: Iterable<Item>): Item | undefined => items[Symbol.iterator]().next().value;

const isExplicit = (placed: Placement | Unpacked | undefined): boolean =>
  placed !== undefined && ('archive' in placed ? !placed.implied : placed.content.kind !== 'root');

/** True when a step had nothing there before these changes. */
function allNew({ pending }: Segment, map: CopyMap, directory: string): boolean {
  for (const placed of map.all(directory)) {
    if ('archive' in placed || placed.content.kind === 'inline') return false;
    if (placed.content.kind === 'root') continue;
    const change = pending.get(placed.content.source);
    if (!change || change.was.length > 0) return false;
  }
  return true;
}

/** True when a step that has nothing there had something before these changes. */
const hadSomething = ({ pending }: Segment, map: CopyMap, directory: string): boolean =>
  [...pending].some(([path, { was }]) =>
    map
      .destinationsOf(path, () => new Set(was.map(({ kind }) => kind)))
      .some((destination) => was.length > 0 && isWithin(directory, destination)),
  );
