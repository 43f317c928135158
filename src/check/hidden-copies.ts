import { posix } from 'node:path';
import type { CopyStep } from '../dockerfile/model.js';
import { isWithin, memberOf } from '../plan/context-tree.js';
import { type Placed, placedBy } from './placed-files.js';
import type { ContextFacts, MountFacts } from './subject.js';

/** What a mount hides of a COPY: the very files that it shows, or others. */
export type Hidden = 'same' | 'other';

/** The innermost of the mounts that a path lies in: that one shows what is there. */
const mountAt = (mounts: readonly MountFacts[], path: string): MountFacts | undefined =>
  mounts
    .filter(({ target }) => isWithin(target, path))
    .reduce<MountFacts | undefined>(
      (inner, mount) => (inner === undefined || isWithin(inner.target, mount.target) ? mount : inner),
      undefined,
    );

function judge(mount: MountFacts, { at, from }: Placed, context: ContextFacts): Hidden | undefined {
  const shows = (shown: string, path: string): Hidden =>
    mount.type === 'bind' && shown === posix.join(context.root, path) ? 'same' : 'other';
  if (isWithin(mount.target, at)) {
    const shown = posix.join(mount.source ?? '', posix.relative(mount.target, at));
    return from === undefined ? 'other' : shows(shown, from.path);
  }
  // a mount below what is copied hides a part of it, if there is such a part
  if (from?.directory !== true || !isWithin(at, mount.target)) return undefined;
  const part = memberOf(from.path, posix.relative(at, mount.target));
  return context.sent.get(part) === undefined ? undefined : shows(posix.normalize(mount.source ?? ''), part);
}

/**
 * What a mount hides of what a COPY places; undefined for nothing. The same files are shown where the destination, seen
 * through the mount, is the path of the host that the COPY takes its files from.
 *
 * @param mounts all of the service
 */
export function hiddenBy(
  mount: MountFacts,
  step: CopyStep,
  { context, mounts }: { readonly context: ContextFacts; readonly mounts: readonly MountFacts[] },
): Hidden | undefined {
  const found = placedBy(step, context).flatMap((placed) => {
    const isOther = isWithin(mount.target, placed.at) && mountAt(mounts, placed.at) !== mount;
    return isOther ? [] : (judge(mount, placed, context) ?? []);
  });
  return found.find((hidden) => hidden === 'other') ?? found[0];
}
