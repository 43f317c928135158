import { type Beneath, isDirectoryBeneath } from './beneath.js';
import { isWithin, selfAndParents } from './context-tree.js';
import type { CopyMap, Placement, Unpacked } from './copy-map.js';
import type { ImpliedDirectory, PendingChange } from './plan.js';

interface Segment {
  readonly beneath: Beneath;
  readonly maps: readonly CopyMap[];
  readonly workdirs: readonly string[];
  readonly pending: ReadonlyMap<string, PendingChange>;
}

/**
 * Directories that no step copies, but that a step makes on its way, of which another step is the first to need them since
 * these paths were touched: a build gives them the `--chown` of the step that makes them.
 */
export function impliedDirectories(segment: Segment, touched: Iterable<string>): ImpliedDirectory[] {
  const { maps, beneath, workdirs } = segment;
  if (!maps.some(({ step }) => step.chown !== undefined)) return [];
  const found: ImpliedDirectory[] = [];
  for (const path of new Set(Array.from(touched, selfAndParents).flat())) {
    const nth = maps.findIndex((map) => first(map.all(path)) !== undefined);
    const maker = maps[nth];
    if (!maker || maps.some((map) => isExplicit(map.at(path)))) continue;
    if (isDirectoryBeneath(beneath, path) || workdirs.some((workdir) => isWithin(path, workdir))) continue;
    const isNew = allNew(segment, maker, path) || maps.slice(0, nth).some((map) => hadSomething(segment, map, path));
    if (isNew) found.push({ path, step: maker.step });
  }
  return found;
}

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
