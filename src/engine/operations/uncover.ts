import { posix } from 'node:path';
import { LivepushError } from '../../errors.js';
import { type OperationContext, report } from './context.js';

/**
 * Makes paths what the layers below the step hold there: nothing, mostly. Safe for a path that is that already.
 *
 * Throws `container-refused` when the container cannot remove files.
 */
export async function uncover(context: OperationContext, below: number, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const { target, lower, signal } = context;
  signal.throwIfAborted();
  const container = await target.container();
  if (target.final && !(await target.info()).running) {
    throw new LivepushError('container-refused', 'The container has stopped, and a file has to be removed.');
  }
  await target.shell.remove(paths);
  for (const path of paths) {
    const held = await lower.stat(target.stage.index, below, path);
    if (held === undefined || held === 'unknown') continue;
    const archive = await lower.archive(target.stage.index, below, path);
    if (archive) await container.putArchive(posix.dirname(path), archive);
  }
  report(context, { type: 'filesDeleted', containerId: container.id, count: paths.length, bytes: 0 });
}
