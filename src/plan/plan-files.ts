import type { CopyStep } from '../dockerfile/model.js';
import type { ContextEntry, ContextTree } from './context-tree.js';
import { isWithin } from './context-tree.js';
import { archiveAt, type CopyMap, type Placement } from './copy-map.js';
import type { MatchedSource } from './match-copy.js';
import type { MountedPath, Operation, PendingChange } from './plan.js';
import { topmost } from './topmost.js';

/** The COPY steps of one segment as they are to be brought up to date. */
export interface SegmentInput {
  readonly tree: ContextTree;
  /** Index of the segment's first step. */
  readonly start: number;
  /** All COPY steps of the segment: earlier ones may show through where a later one places nothing any more. */
  readonly maps: readonly CopyMap[];
  readonly sources: ReadonlyMap<CopyStep, readonly MatchedSource[]>;
  /** First step to replay. */
  readonly from: number;
  /** A RUN was replayed before: everything is written again. */
  readonly full: boolean;
  /** A RUN is replayed next: it has to find the files as it found them in the build. */
  readonly beforeRun: boolean;
  readonly pending: ReadonlyMap<string, PendingChange>;
  readonly mounts: readonly MountedPath[];
}

/** What has to be written and removed so that a segment's paths are what its last COPY of each makes them. */
export function planFiles(input: SegmentInput): Operation[] {
  const replayed = input.maps.filter((map) => map.step.index >= input.from);
  const first = replayed[0] ?? input.maps[0];
  if (!first) return [];
  const touched = touchedPaths(input, replayed);
  const unpacks = replayed.flatMap((map) => planUnpack(input, map, touched));
  const writes = new Map<string, Placement>();
  const gone: string[] = [];
  for (const path of touched) {
    const winner = placementAt(input.maps, path);
    if (winner) writes.set(path, winner);
    else gone.push(path);
  }
  const uncover = topmost(gone.filter((path) => mayRemove(input.mounts, path)));
  for (const path of uncover) {
    for (const map of input.maps) {
      for (const { destination } of map.within(path)) {
        const winner = placementAt(input.maps, destination);
        if (winner) writes.set(destination, winner);
      }
    }
  }
  const placed = ordered(input.mounts, writes.values());
  const verify = input.beforeRun && !input.full ? ordered(input.mounts, untouched(input.maps, writes)) : [];
  if (placed.length + uncover.length + verify.length === 0) return unpacks;
  return [{ kind: 'files', step: first.step, uncover, writes: placed, verify, below: input.start }, ...unpacks];
}

/** Parents first, and nothing below a bind mount. */
const ordered = (mounts: readonly MountedPath[], placements: Iterable<Placement>): Placement[] =>
  [...placements]
    .filter(({ destination }) => !underBindMount(mounts, destination))
    .sort((a, b) => (a.destination < b.destination ? -1 : 1));

/** All that the segment places besides what is written anyway. */
function untouched(maps: readonly CopyMap[], writes: ReadonlyMap<string, Placement>): Iterable<Placement> {
  const found = new Map<string, Placement>();
  for (const { destination } of maps.flatMap((map) => [...map.within('/')])) {
    const winner = writes.has(destination) || found.has(destination) ? undefined : placementAt(maps, destination);
    if (winner) found.set(destination, winner);
  }
  return found.values();
}

function touchedPaths({ full, pending }: SegmentInput, replayed: readonly CopyMap[]): Set<string> {
  const touched = new Set<string>();
  for (const map of replayed) {
    if (full) for (const { destination } of map.within('/')) touched.add(destination);
    for (const [path, { since, was }] of pending) {
      if (since > map.step.index) continue;
      for (const destination of map.destinationsOf(path, kindsOf(was, map, path))) touched.add(destination);
    }
  }
  return touched;
}

function kindsOf(was: readonly ContextEntry[], map: CopyMap, path: string): Set<ContextEntry['kind']> {
  const now = map.treeEntry(path);
  return new Set([...was, ...(now ? [now] : [])].map(({ kind }) => kind));
}

/** What the last step that places something at a path puts there. */
function placementAt(maps: readonly CopyMap[], path: string): Placement | undefined {
  for (const map of maps.toReversed()) {
    const placement = map.at(path);
    if (placement) return placement;
  }
  return undefined;
}

/** ADD of archives: unpacked again when they changed; members that a new version lacks are removed. */
function planUnpack({ tree, full, pending, sources }: SegmentInput, map: CopyMap, touched: Set<string>): Operation[] {
  const { step, destination } = map;
  if (!step.add) return [];
  const roots = (sources.get(step) ?? []).flatMap((source) => source.roots);
  return roots.flatMap((root): Operation[] => {
    const change = pending.get(root.path);
    const changed = change !== undefined && change.since <= step.index;
    const now = archiveAt(tree, root.path);
    const members = new Set(Array.isArray(now) ? now : []);
    for (const member of changed ? change.was.flatMap(listedMembers) : [])
      if (!members.has(member)) touched.add(joinMember(destination.path, member));
    if (!now || !(full || changed)) return [];
    return [{ kind: 'unpack', step, source: root.path, destination: destination.path }];
  });
}

const listedMembers = (entry: ContextEntry): readonly string[] =>
  entry.kind === 'file' && Array.isArray(entry.archive) ? entry.archive : [];

const joinMember = (directory: string, member: string): string =>
  directory.endsWith('/') ? directory + member : `${directory}/${member}`;

const underBindMount = (mounts: readonly MountedPath[], path: string): boolean =>
  mounts.some((mount) => mount.bind && isWithin(mount.destination, path));

/** A removal must not reach into a mount: what is there belongs to the user. */
const mayRemove = (mounts: readonly MountedPath[], path: string): boolean =>
  path !== '/' && !underBindMount(mounts, path) && !mounts.some((mount) => isWithin(path, mount.destination));
