import { modeAfter } from '../../dockerfile/mode-change.js';
import type { Placement } from '../../plan/copy-map.js';
import { cannotExec } from '../cannot-exec.js';
import type { ShellStat } from '../shell/shell-answers.js';
import type { OperationContext } from './context.js';
import { type Owner, ROOT } from './owner.js';
import { INLINE_FILE } from './placement-entry.js';

/** Permission bits and file type in the mode that `stat` tells. */
const PERMISSIONS = 0o7777;
const TYPE = 0o170000;
const FILE = 0o100000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;

/**
 * The placements that the container does not have as they were copied: a step changed, moved or removed them. Told by
 * kind, mode, owner, size and time, in a build container also by whether they were touched since the push began; what cannot
 * be told counts as different.
 */
export async function differing(
  { target }: OperationContext,
  placements: readonly Placement[],
  ownerOf: (placement: Placement) => Owner | undefined,
): Promise<Placement[]> {
  if (placements.length === 0) return [];
  if (target.final && !(await target.info()).running) return [...placements];
  const paths = placements.map(({ destination }) => destination);
  const stats = await target.shell.stat(paths).catch((error: unknown) => {
    if (cannotExec(error)) return new Map<string, ShellStat>();
    throw error;
  });
  return placements.filter((placement) => {
    const stat = stats.get(placement.destination);
    if (!stat || (target.mark && stat.ctime >= target.mark.seconds && stat.mode >> 12 !== DIRECTORY >> 12)) return true;
    const how = { owner: ownerOf(placement) ?? ROOT, mtime: target.times.get(placement.destination) };
    return !isAsCopied(placement, stat, how);
  });
}

function isAsCopied(
  { step, content }: Placement,
  stat: ShellStat,
  { owner: { uid, gid }, mtime }: { owner: Owner; mtime: number | undefined },
): boolean {
  if (content.kind === 'root') return (stat.mode & TYPE) === DIRECTORY;
  if (stat.uid !== uid || stat.gid !== gid) return false;
  const permissions = stat.mode & PERMISSIONS;
  if (content.kind === 'inline') {
    const { length } = Buffer.from(content.text);
    return (stat.mode & TYPE) === FILE && permissions === modeAfter(step.chmod, INLINE_FILE) && stat.size === length;
  }
  const { entry } = content;
  if (entry.kind === 'link') return (stat.mode & TYPE) === LINK && stat.size === Buffer.byteLength(entry.target);
  if (permissions !== modeAfter(step.chmod, entry)) return false;
  if (entry.kind === 'directory') return (stat.mode & TYPE) === DIRECTORY;
  const time = Math.floor((mtime ?? entry.mtimeMs) / 1000);
  return (stat.mode & TYPE) === FILE && stat.size === entry.size && stat.mtime === time;
}
