import { posix } from 'node:path';
import { packEntries } from '../../docker/tar.js';
import type { Mount, RunStep } from '../../dockerfile/model.js';
import type { OperationContext } from './context.js';

/**
 * Runs a step with plain directories in place of its cache and tmpfs mounts. A build leaves nothing of a mount point in
 * the image: a directory that was made for the step is removed after it.
 */
export async function withMounts(
  context: OperationContext,
  step: RunStep,
  run: () => Promise<number>,
): Promise<number> {
  const made: string[] = [];
  try {
    for (const mount of step.mounts) made.push(...(await makeMountPoint(context, mount)));
    return await run();
  } finally {
    await context.target.shell.remove(made);
  }
}

async function makeMountPoint({ target }: OperationContext, mount: Mount): Promise<string[]> {
  if (mount.target === undefined) return [];
  const container = await target.container();
  const missing: string[] = [];
  for (let at = mount.target; at !== '/' && !(await container.stat(at)); at = posix.dirname(at)) missing.unshift(at);
  if (missing.length === 0) return [];
  const last = mount.mode === undefined ? (mount.type === 'tmpfs' ? 0o1777 : 0o755) : Number.parseInt(mount.mode, 8);
  const owner = { uid: Number(mount.uid ?? 0), gid: Number(mount.gid ?? 0) };
  const entries = missing.map((path) => ({
    kind: 'directory' as const,
    path: path.slice(1),
    ...(path === mount.target ? { mode: last, ...owner } : { mode: 0o755, uid: 0, gid: 0 }),
  }));
  await container.putArchive('/', packEntries(entries));
  return missing;
}
