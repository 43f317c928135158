import { packEntries } from '../../docker/tar.js';
import { type Beneath, lowerOf } from '../../plan/beneath.js';
import type { ImpliedDirectory } from '../../plan/plan.js';
import type { OperationContext } from './context.js';
import { ROOT, resolveOwner } from './owner.js';

const TYPE = 0o170000;
const DIRECTORY = 0o040000;

/** Gives directories that were made on the way to a destination the owner, and the mode, that the step gives them that makes them in a build. */
export async function settleOwners(
  { target, lower }: OperationContext,
  beneath: Beneath,
  directories: readonly ImpliedDirectory[],
): Promise<void> {
  if (directories.length === 0 || (target.final && !(await target.info()).running)) return;
  const container = await target.container();
  const stats = await target.shell.stat(directories.map(({ path }) => path));
  for (const { path, owner: named, mode: made } of directories) {
    const stat = stats.get(path);
    if (!stat || (stat.mode & TYPE) !== DIRECTORY) continue;
    const owner = (await resolveOwner(container, named)) ?? ROOT;
    const mode = made ?? stat.mode & 0o7777;
    if (stat.uid === owner.uid && stat.gid === owner.gid && mode === (stat.mode & 0o7777)) continue;
    // what is in the layers below has its owner from there
    if ((await lower.stat(target.stage.index, lowerOf(beneath), path)) !== undefined) continue;
    const mtime = new Date(stat.mtime * 1000);
    const entry = { kind: 'directory' as const, path: path.slice(1), mode, ...owner, mtime };
    await container.putArchive('/', packEntries([entry]));
  }
}
