import { type Beneath, isDirectoryBeneath } from './beneath.js';
import { isWithin } from './context-tree.js';
import type { CopyMap } from './copy-map.js';
import { landingsOf, unpacks } from './landings.js';
import type { PendingChange } from './plan.js';

type Pending = ReadonlyMap<string, PendingChange>;

/**
 * True when these changes make a directory of the place that a COPY of a file writes to, or take that directory away: the
 * file lands in it or in its place, and what it was copied to before is somewhere else.
 *
 * @param beneath what stands in front of the step
 */
export function isDestinationMoved({ step, destination }: CopyMap, beneath: Beneath, pending: Pending): boolean {
  if (step.intoDirectory) return false;
  const made = (map: CopyMap, path: string) => madeDirectory(map, path, pending);
  return isDirectoryBeneath(beneath, destination.path) !== isDirectoryBeneath(beneath, destination.path, made);
}

/** True when a step made a directory at a path before these changes. */
function madeDirectory(map: CopyMap, path: string, pending: Pending): boolean {
  const isAbove = isWithin(path, map.destination.path);
  if (!isAbove && !isWithin(map.destination.path, path)) return false;
  const wasThere = (source: string): boolean => pending.get(source)?.was.length !== 0;
  for (const placed of map.all(path)) {
    if ('archive' in placed) {
      if (wasThere(placed.archive)) return true;
      continue;
    }
    const { destination, content } = placed;
    if (content.kind === 'root' || (content.kind === 'context' && !wasThere(content.source))) continue;
    if (destination !== path) return true;
    if (content.kind === 'context' && content.entry.kind === 'directory' && !pending.has(content.source)) return true;
  }
  for (const [source, { was }] of pending) {
    if (was.length === 0) continue;
    if (isAbove && map.names(source) && was.some((entry) => unpacks(map, entry))) return true;
    const isDirectory = was.some(({ kind }) => kind === 'directory');
    if (landingsOf(map, source, was).some((at) => isWithin(path, at) && (at !== path || isDirectory))) return true;
  }
  return false;
}
