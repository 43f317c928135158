import type { CopyStep, WorkdirStep } from '../dockerfile/model.js';
import { type Beneath, stays, winnerAt } from './beneath.js';
import { selfAndParents } from './context-tree.js';
import type { CopyMap, Placement } from './copy-map.js';
import { impliedDirectories } from './implied-directories.js';
import { kindsOf, landingsOf, unpacks } from './landings.js';
import { mayRemove, mayWrite } from './mounted.js';
import type { FilesOperation, MountedPath, Operation, PendingChange } from './plan.js';

/** A path that earlier operations of the push may have changed; `below`: with all below it. */
export interface Disturbance {
  readonly path: string;
  readonly below: boolean;
}

/** The COPY steps of one segment as they are to be brought up to date. */
export interface SegmentInput {
  /** What stands in front of the segment. */
  readonly beneath: Beneath;
  /** All COPY steps of the segment: earlier ones may show through where a later one places nothing any more. */
  readonly maps: readonly CopyMap[];
  /** First step to replay. */
  readonly from: number;
  /** Everything is written again: a RUN was replayed before. */
  readonly full: boolean;
  /** A RUN is replayed next: it has to find the files as it found them in the build. */
  readonly beforeRun: boolean;
  /** What earlier operations did without a RUN: this segment comes later and wins. */
  readonly disturbed: readonly Disturbance[];
  readonly pending: ReadonlyMap<string, PendingChange>;
  readonly mounts: readonly MountedPath[];
  /** Working directories of the segment's steps: a build makes them, whoever else places something there. */
  readonly workdirs: readonly string[];
  readonly workdirSteps: readonly WorkdirStep[];
}

/** What has to be written and removed so that a segment's paths are what its last COPY of each makes them. */
export function planFiles(input: SegmentInput): Operation[] {
  const { maps, mounts, beneath } = input;
  const replayed = maps.filter((map) => map.step.index >= input.from);
  const step = (replayed[0] ?? maps[0])?.step;
  if (!step) return [];
  const { touched, edited, writes, gone, unpacks } = settle(input, replayed);
  const removals = {
    uncover: gone.filter((path) => mayRemove(mounts, path)),
    prune: abandoned(input, replayed).filter((path) => mayRemove(mounts, path)),
  };
  const placed = ordered(mounts, writes.values());
  const verify = input.beforeRun && !input.full ? ordered(mounts, untouched(input, writes)) : [];
  const implied = impliedDirectories(input, touched).filter(({ path }) => mayRemove(mounts, path));
  const unchanged = new Set([...writes.keys()].filter((path) => !edited.has(path)));
  const files = (work: Pick<FilesOperation, 'uncover' | 'prune' | 'writes' | 'verify' | 'implied'>) => {
    const isEmpty = Object.values(work).every(({ length }) => length === 0);
    return isEmpty ? [] : [{ kind: 'files' as const, step, ...work, unchanged, beneath }];
  };
  if (unpacks.length === 0) return files({ ...removals, writes: placed, verify, implied });
  // what is unpacked must not hide what a later step copies, nor be removed with what was unpacked before
  return [
    ...files({ ...removals, writes: [], verify: [], implied: [] }),
    ...unpacks,
    ...files({ uncover: [], prune: [], writes: placed, verify, implied }),
  ];
}

interface Settled {
  /** All paths that were looked at. */
  readonly touched: ReadonlySet<string>;
  /** Those of them that an edit, or an earlier operation, may have changed. */
  readonly edited: ReadonlySet<string>;
  readonly writes: ReadonlyMap<string, Placement>;
  /** Paths where the container has something that no step places any more. */
  readonly gone: readonly string[];
  readonly unpacks: readonly Operation[];
}

/** What becomes of each path that is touched. An archive is unpacked as a whole, and so touches all that it holds. */
function settle(input: SegmentInput, replayed: readonly CopyMap[]): Settled {
  const edited = touchedPaths(input, replayed);
  const touched = new Set(edited);
  if (input.full) for (const map of replayed) for (const { destination } of map.within('/')) touched.add(destination);
  // asked for only where something is gone: a set of edits can be large
  let files: ReadonlySet<string> | undefined;
  const wasFile = (path: string): boolean => {
    files ??= pathsOfFiles(input, replayed);
    return files.has(path);
  };
  const unpacked = new Set<string>();
  const unpack = (map: CopyMap, source: string) => {
    unpacked.add(archiveKey(map, source));
    for (const archive of map.archives)
      if (archive.source === source) for (const member of archive.members) touched.add(member);
  };
  for (const map of replayed) {
    for (const { source } of map.archives) if (input.full || isPending(input, map, source)) unpack(map, source);
  }
  const writes = new Map<string, Placement>();
  const gone: string[] = [];
  for (const path of touched) {
    const winner = winnerAt(input.maps, path);
    if (!winner && wasFile(path)) {
      gone.push(path);
      for (const { destination } of input.maps.flatMap((map) => [...map.all(path)])) touched.add(destination);
    } else if (!winner) {
      if (!stays(input, path)) gone.push(path);
    } else if (!('archive' in winner)) writes.set(path, winner);
    else if (!unpacked.has(archiveKey(winner, winner.archive))) {
      const map = input.maps.find(({ step }) => step === winner.step);
      if (map) unpack(map, winner.archive);
    }
  }
  const unpacks = input.maps.flatMap((map) =>
    map.archives
      .filter(({ source }) => unpacked.has(archiveKey(map, source)))
      .map(({ source, members }): Operation => {
        return { kind: 'unpack', step: map.step, source, destination: map.destination.path, members };
      }),
  );
  return { touched, edited, writes, gone, unpacks };
}

/** The destination of a step that matches nothing any more, and its parents: a build does not make them. */
function abandoned(input: SegmentInput, replayed: readonly CopyMap[]): string[] {
  const empty = replayed.filter((map) => map.within('/')[Symbol.iterator]().next().done && map.archives.length === 0);
  const had = empty.filter((map) =>
    [...input.pending].some(
      ([path, { was }]) =>
        map.destinationsOf(path, () => kindsOf(map, was)).length > 0 ||
        (map.names(path) && was.some((entry) => unpacks(map, entry))),
    ),
  );
  return had
    .flatMap(({ destination }) => selfAndParents(destination.path))
    .filter((path) => !stays(input, path) && !winnerAt(input.maps, path));
}

const archiveKey = ({ step }: { step: CopyStep }, source: string): string => `${step.index} ${source}`;

const isPending = ({ pending }: SegmentInput, { step }: CopyMap, path: string): boolean =>
  (pending.get(path)?.since ?? Number.POSITIVE_INFINITY) <= step.index;

const isDirectory = (content: Placement['content']): boolean =>
  content.kind === 'root' || (content.kind === 'context' && content.entry.kind === 'directory');

/** Parents first, and nothing that mounts are in the way of. */
const ordered = (mounts: readonly MountedPath[], placements: Iterable<Placement>): Placement[] =>
  [...placements]
    .filter(({ destination, content }) => mayWrite(mounts, destination, { isDirectory: isDirectory(content) }))
    .sort((a, b) => (a.destination < b.destination ? -1 : 1));

/** All that the segment places besides what is written anyway. */
function untouched(input: SegmentInput, writes: ReadonlyMap<string, Placement>): Iterable<Placement> {
  const { maps, from } = input;
  const found = new Map<string, Placement>();
  for (const map of maps) {
    // where a change of a replayed step lands has been settled
    const isSettled = (source: string) => map.step.index >= from && isPending(input, map, source);
    for (const path of map.paths('/', isSettled)) {
      const winner = writes.has(path) || found.has(path) ? undefined : winnerAt(maps, path);
      if (winner && !('archive' in winner)) found.set(path, winner);
    }
  }
  return found.values();
}

function touchedPaths({ pending, disturbed }: SegmentInput, replayed: readonly CopyMap[]): Set<string> {
  const touched = new Set<string>();
  const touchAll = (map: CopyMap, path: string) => {
    for (const { destination } of map.within(path)) touched.add(destination);
  };
  for (const map of replayed) {
    for (const { path, below } of disturbed) {
      if (below) touchAll(map, path);
      else if (map.at(path)) touched.add(path);
    }
    for (const [path, { since, was }] of pending) {
      if (since > map.step.index) continue;
      const now = map.treeEntry(path);
      const entries = now ? [...was, now] : was;
      for (const landing of landingsOf(map, path, entries)) touched.add(landing);
    }
  }
  return touched;
}

/** Where a file or a link was put that is not there any more: it is in the way of whatever lies below the path now. */
function pathsOfFiles({ pending }: SegmentInput, replayed: readonly CopyMap[]): Set<string> {
  const found = new Set<string>();
  for (const map of replayed) {
    for (const [path, { since, was }] of pending) {
      const kinds = kindsOf(map, was);
      kinds.delete('directory');
      if (since > map.step.index || kinds.size === 0) continue;
      for (const destination of map.destinationsOf(path, () => kinds)) found.add(destination);
    }
  }
  return found;
}
