import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type { Container, PathStat } from '../../docker/engine.js';
import { packEntries, tarMembers } from '../../docker/tar.js';
import { isWithin } from '../../plan/context-tree.js';
import { mountOf } from '../../plan/mounted.js';
import { topmost } from '../../plan/topmost.js';
import type { Target } from '../target.js';
import type { OperationContext } from './context.js';
import { refuseLinks } from './refuse-links.js';

interface Restored {
  readonly container: Container;
  /** The layers are those of the steps before this one. */
  readonly before: number;
  readonly paths: readonly string[];
}

/**
 * Makes paths what the lower layers hold there: nothing, mostly. A directory that the layers have, or a link to one, keeps
 * what else is in it: only paths that are named are taken out.
 */
export async function restoreLower(context: OperationContext, { container, before, paths }: Restored): Promise<void> {
  const { target, lower } = context;
  const tops = topmost(paths);
  const held = new Map<string, PathStat>();
  for (const path of tops) {
    const stat = await lower.stat(target.stage.index, before, path);
    if (stat !== undefined && stat !== 'unknown') held.set(path, stat);
  }
  const kept: string[] = [];
  for (const [path, stat] of held) {
    if (isSamePlace(stat, await container.stat(path))) kept.push(path);
  }
  await takeAway(target, { tops: tops.filter((path) => !kept.includes(path)), paths });
  for (const [path, { kind }] of held) {
    if (kept.includes(path) && kind === 'link') continue;
    const archive = await lower.archive(target.stage.index, before, path);
    if (archive && kept.includes(path)) await restoreDirectory(container, path, archive);
    else if (archive) await container.putArchive(posix.dirname(path), archive);
  }
  const inside = paths.filter((path) => kept.some((top) => path !== top && isWithin(top, path)));
  if (inside.length > 0) await restoreLower(context, { container, before, paths: inside });
}

/** In a volume just these paths go: what the service has put beside them, or into their directories, stays. */
async function takeAway(target: Target, { tops, paths }: { tops: readonly string[]; paths: readonly string[] }) {
  const mounts = target.final ? await target.mounts() : [];
  const isInVolume = (path: string): boolean => mountOf(mounts, path) !== undefined;
  const each = paths.filter((path) => isInVolume(path) && tops.some((top) => isWithin(top, path)));
  await refuseLinks(target, { picked: each });
  await target.shell.remove(tops.filter((path) => !isInVolume(path)));
  await target.shell.takeAway(each.sort((a, b) => b.length - a.length));
}

const isSamePlace = (held: PathStat, now: PathStat | undefined): boolean =>
  (held.kind === 'directory' && now?.kind === 'directory') ||
  (held.kind === 'link' && now?.kind === 'link' && held.linkTarget === now.linkTarget);

/** Gives a directory the mode and owner that the layers have for it. */
async function restoreDirectory(container: Container, path: string, archive: Readable): Promise<void> {
  for await (const { header } of tarMembers(archive)) {
    const { mode, uid, gid, mtime } = header;
    await container.putArchive('/', packEntries([{ kind: 'directory', path: path.slice(1), mode, uid, gid, mtime }]));
    return;
  }
}
