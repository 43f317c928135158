import type { CopyStep } from '../dockerfile/model.js';
import { isWithin } from './context-tree.js';
import type { CopyMap, Destination, Placement, Unpacked } from './copy-map.js';

/** What stands in a stage in front of a step, from the top down: what comes to light where the step puts nothing any more. */
export type Beneath =
  /** The layers of the steps before this one, as they were built. */
  | { readonly kind: 'lower'; readonly before: number }
  | ContextLayer
  | StageLayer
  /** A RUN: what it did to a path shows by the layers in front of it and behind it. */
  | { readonly kind: 'run'; readonly index: number; readonly beneath: Beneath };

/** COPY steps from the context. */
export interface ContextLayer {
  readonly kind: 'context';
  readonly maps: readonly CopyMap[];
  /** Working directories of the steps: a build makes them, whoever else places something there. */
  readonly workdirs: readonly string[];
  readonly beneath: Beneath;
}

/** A COPY from an earlier stage. */
export interface StageLayer {
  readonly kind: 'stage';
  readonly step: CopyStep;
  readonly fromStage: number;
  readonly destination: Destination;
  readonly beneath: Beneath;
}

/** What the last step that places something at a path puts there. */
export function winnerAt(maps: readonly CopyMap[], path: string): Placement | Unpacked | undefined {
  let made: Unpacked | undefined;
  for (let last = maps.length - 1; last >= 0; last--) {
    const winner = maps[last]?.at(path);
    if (winner && 'archive' in winner && winner.implied) made ??= winner;
    else if (winner) return winner;
  }
  return made;
}

/** True for a directory in which steps still place something, or which is made by WORKDIR. */
export const stays = ({ maps, workdirs }: Pick<ContextLayer, 'maps' | 'workdirs'>, path: string): boolean =>
  workdirs.some((workdir) => isWithin(path, workdir)) ||
  maps.some((map) => !map.all(path)[Symbol.iterator]().next().done);

/**
 * True when steps above the lower layers make a directory at a path.
 *
 * @param makes whether a COPY from the context does so: as the context is, if left out
 */
export function isDirectoryBeneath(
  beneath: Beneath,
  path: string,
  makes: (map: CopyMap, path: string) => boolean = makesDirectory,
): boolean {
  switch (beneath.kind) {
    case 'lower':
      return false;
    case 'context': {
      const { maps, workdirs } = beneath;
      if (workdirs.some((workdir) => isWithin(path, workdir)) || maps.some((map) => makes(map, path))) return true;
      return isDirectoryBeneath(beneath.beneath, path, makes);
    }
    case 'run':
      return isDirectoryBeneath(beneath.beneath, path, makes);
    case 'stage': {
      const { path: destination, directory } = beneath.destination;
      const isOnTheWay = isWithin(path, destination) && (path !== destination || directory);
      return isOnTheWay || isDirectoryBeneath(beneath.beneath, path, makes);
    }
  }
}

/** The step before which the layers end that an image holds of all this. */
export function lowerOf(beneath: Beneath): number {
  if (beneath.kind === 'lower') return beneath.before;
  return beneath.kind === 'run' ? beneath.index + 1 : lowerOf(beneath.beneath);
}

function makesDirectory(map: CopyMap, path: string): boolean {
  if (map.archives.length > 0 && isWithin(path, map.destination.path)) return true;
  for (const { destination, content } of map.within(path)) {
    if (destination !== path || content.kind === 'root') return true;
    if (content.kind === 'context' && content.entry.kind === 'directory') return true;
  }
  return false;
}
