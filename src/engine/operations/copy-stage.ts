import type { Operation } from '../../plan/plan.js';
import { vanished } from '../manifest.js';
import { listStage } from '../stage-entries.js';
import type { OperationContext } from './context.js';
import { putStageFiles, stageCopy } from './stage-copy.js';
import { uncover } from './uncover.js';

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
  const changed = [...listing.manifest].filter(([path, digest]) => full || before.get(path) !== digest);
  await putStageFiles(context, { copy, listing, wanted: new Set(changed.map(([path]) => path)) });
  manifests.set(step.index, listing.manifest);
}
