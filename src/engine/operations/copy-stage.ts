import { ownDirectories } from '../../plan/own-directories.js';
import type { Operation } from '../../plan/plan.js';
import { vanished } from '../manifest.js';
import { listStage } from '../stage-entries.js';
import type { OperationContext } from './context.js';
import { putStageFiles, stageCopy } from './stage-copy.js';
import { prune, uncover } from './uncover.js';

type CopyStageOperation = Extract<Operation, { kind: 'copy-stage' }>;

/** Copies again from the container of an earlier stage: what differs from the last time, and what vanished there goes here. */
export async function runCopyStage(
  context: OperationContext,
  { step, layer, full }: CopyStageOperation,
): Promise<void> {
  const { manifests } = context.target;
  const copy = await stageCopy(context, layer);
  const listing = await listStage(copy);
  const before = manifests.get(step.index) ?? new Map<string, string>();
  context.signal.throwIfAborted();
  await uncover(context, layer.beneath, vanished(before, listing.manifest));
  if (before.size > 0 && listing.manifest.size === 0) {
    await prune(context, layer.beneath, ownDirectories(context.target.stage, step, copy.destination.path));
  }
  const changed = [...listing.manifest].filter(([path, digest]) => full || before.get(path) !== digest);
  await putStageFiles(context, { copy, listing, wanted: new Set(changed.map(([path]) => path)) });
  manifests.set(step.index, listing.manifest);
}
