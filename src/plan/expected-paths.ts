import type { CopyStep, Stage, Step } from '../dockerfile/model.js';
import { type ContextEntry, type ContextTree, isWithin, memberOf } from './context-tree.js';
import { type CopyMap, copyMap, type Destination } from './copy-map.js';
import { contextSources } from './find-stale.js';
import { copiesFromContext } from './segments.js';

/** What a step copies to one path of a container. */
export interface ExpectedPath {
  /** Absolute path in the container. */
  readonly destination: string;
  /** Path in the context. */
  readonly source: string;
  readonly step: CopyStep;
  readonly entry: ContextEntry;
  /** A later step may have changed the file: its mode and owner say nothing, and its content only if it is as copied. */
  readonly followedBy: Step | undefined;
}

/** What the COPY steps of a stage put into its containers when they are built from the context as it is. */
export interface Expectation {
  readonly paths: readonly ExpectedPath[];
  readonly maps: readonly CopyMap[];
}

/** Works out what the local COPY and ADD steps of a stage come to. What comes out of archives cannot be told, and is left out. */
export function expectedPaths(
  tree: ContextTree,
  { steps }: Stage,
  destinationOf: (step: CopyStep) => Destination,
): Expectation {
  const maps = steps
    .filter(copiesFromContext)
    .map((step) => copyMap(tree, step, contextSources(tree, step), destinationOf(step)));
  const found = new Map<string, ExpectedPath>();
  for (const map of maps) {
    const { step } = map;
    const followedBy = followerOf(steps, step, map.destination.path);
    for (const { destination, content } of map.within('/')) {
      if (content.kind !== 'context') continue;
      const { source, entry } = content;
      found.set(destination, { destination, source, step, entry, followedBy });
    }
  }
  return { paths: [...found.values()], maps };
}

/** The steps of a stage that are the first to change, perhaps, what a COPY or ADD in front of them has put there. */
export function followers(steps: readonly Step[]): ReadonlySet<Step> {
  const copies = steps.filter((step): step is CopyStep => step.kind === 'copy' && step.from.kind !== 'fixed');
  return new Set(copies.flatMap((step) => followerOf(steps, step, step.destination) ?? []));
}

const followerOf = (steps: readonly Step[], { index }: Step, destination: string): Step | undefined =>
  steps.slice(index + 1).find((later) => mayChange(later, destination));

/** True for a step that may change what an earlier one has copied to a destination. */
export function mayChange(step: Step, destination: string): boolean {
  if (step.kind === 'run' || step.kind === 'unreplayable') return true;
  if (step.kind !== 'copy' || step.from.kind === 'context') return false;
  return isWithin(step.destination, destination) || isWithin(destination, step.destination);
}

/** The path of the context that a path of a container was copied from, if a step copied it there; undefined for what no source covers. */
export function sourceOf(tree: ContextTree, { step, destination, destinationsOf }: CopyMap, path: string) {
  if (path === destination.path || !isWithin(destination.path, path)) return undefined;
  const rest = path.slice(destination.path === '/' ? 1 : destination.path.length + 1);
  const kinds = new Set(['file', 'directory', 'link'] as const);
  for (const source of contextSources(tree, step)) {
    for (const front of source.fronts) {
      if (front !== '' && tree.get(front)?.kind !== 'directory') continue;
      const candidate = memberOf(front, rest);
      if (source.covers(candidate) && destinationsOf(candidate, () => kinds).includes(path)) return candidate;
    }
  }
  return undefined;
}
