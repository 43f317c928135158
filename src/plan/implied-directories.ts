import type { WorkdirStep } from '../dockerfile/model.js';
import { type Beneath, isDirectoryBeneath } from './beneath.js';
import { isWithin, selfAndParents } from './context-tree.js';
import type { CopyMap, Placement, Unpacked } from './copy-map.js';
import { landingsOf, unpacks } from './landings.js';
import type { ImpliedDirectory, PendingChange } from './plan.js';

/** The mode of a directory that nothing was said of. */
const PLAIN = 0o755;

interface Segment {
  readonly beneath: Beneath;
  readonly maps: readonly CopyMap[];
  /** The WORKDIR steps among and behind the COPY steps. */
  readonly workdirSteps: readonly WorkdirStep[];
  readonly pending: ReadonlyMap<string, PendingChange>;
}

/** A step that makes directories on its way. */
interface Maker {
  readonly step: ImpliedDirectory['step'];
  needs(directory: string): boolean;
  /** The same before these changes. */
  needed(directory: string): boolean;
  /** Whose the directory is that the step makes, or undefined for root. */
  ownerOf(directory: string): string | undefined;
  modeOf(directory: string): number;
}

/**
 * Directories that no step copies, but that a step makes on its way, and another one made before these paths were touched:
 * a build gives them the `--chown` (and, if it is newer, the `--chmod`) of the COPY that is the first to need them, or the
 * USER of the WORKDIR.
 */
export function impliedDirectories(segment: Segment, touched: Iterable<string>): ImpliedDirectory[] {
  const { maps, workdirSteps } = segment;
  if (
    !maps.some(({ step }) => step.chown || step.parentMode !== PLAIN) &&
    !workdirSteps.some(({ state }) => state.user !== '')
  )
    return [];
  const makers = [...maps.map((map) => copyMaker(segment, map)), ...workdirSteps.map(workdirMaker)];
  makers.sort((a, b) => a.step.index - b.step.index);
  const found: ImpliedDirectory[] = [];
  for (const path of new Set(Array.from(touched, selfAndParents).flat())) {
    const maker = makers.find(({ needs }) => needs(path));
    if (!maker || maps.some((map) => isExplicit(map.at(path))) || isDirectoryBeneath(segment.beneath, path)) continue;
    const before = makers.find(({ needed }) => needed(path));
    if (maker === before) continue;
    const mode = maker.modeOf(path);
    const isOther = mode !== (before?.modeOf(path) ?? PLAIN);
    found.push({ path, step: maker.step, owner: maker.ownerOf(path), mode: isOther ? mode : undefined });
  }
  return found;
}

function copyMaker({ pending }: Segment, map: CopyMap): Maker {
  const { step, destination } = map;
  const isNew = (source: string): boolean => pending.get(source)?.was.length === 0;
  return {
    step,
    needs: (directory) => first(map.all(directory)) !== undefined,
    needed: (directory) => stillHas(map, directory, isNew) || hadSomething(pending, map, directory),
    // what an archive holds is the archive's, and the directories on the way to it are root's
    ownerOf: (directory) => (isWithin(directory, destination.path) ? step.chown : undefined),
    modeOf: (directory) => (isWithin(directory, destination.path) && !isOfArchive(map) ? step.parentMode : PLAIN),
  };
}

function workdirMaker(step: WorkdirStep): Maker {
  const needs = (directory: string) => isWithin(directory, step.path);
  return { step, needs, needed: needs, ownerOf: () => step.state.user || undefined, modeOf: () => PLAIN };
}

/** What is unpacked takes no `--chmod`. */
const isOfArchive = ({ archives }: CopyMap): boolean => archives.length > 0;

const first = <Item>(items: Iterable<Item>): Item | undefined => items[Symbol.iterator]().next().value;

const isExplicit = (placed: Placement | Unpacked | undefined): boolean =>
  placed !== undefined && ('archive' in placed ? !placed.implied : placed.content.kind !== 'root');

/** True when a step has something there that it had before these changes. */
function stillHas(map: CopyMap, directory: string, isNew: (source: string) => boolean): boolean {
  for (const placed of map.all(directory)) {
    if ('archive' in placed) {
      if (!isNew(placed.archive)) return true;
    } else if (placed.content.kind === 'inline') return true;
    else if (placed.content.kind === 'context' && !isNew(placed.content.source)) return true;
  }
  return false;
}

/** True when a step had something there that these changes concern. */
const hadSomething = (pending: Segment['pending'], map: CopyMap, directory: string): boolean =>
  [...pending].some(([path, { was }]) => {
    if (was.length === 0) return false;
    if (landingsOf(map, path, was).some((landing) => isWithin(directory, landing))) return true;
    return isWithin(directory, map.destination.path) && map.names(path) && was.some((entry) => unpacks(map, entry));
  });
