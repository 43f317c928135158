import type { FilesOperation } from '../../plan/plan.js';
import type { OperationContext } from './context.js';
import { differing } from './differing.js';
import { settleOwners } from './implied-owners.js';
import { prune, uncover } from './uncover.js';
import { ownersOf, writePlacements } from './write-placements.js';

/** Removes what no step places any more, then writes what changed. */
export async function runFiles(context: OperationContext, operation: FilesOperation): Promise<void> {
  const { writes, verify, beneath } = operation;
  await uncover(context, beneath, operation.uncover);
  await prune(context, beneath, operation.prune);
  const ownerOf = await ownersOf(await context.target.container(), [...writes, ...verify]);
  const changed = await differing(context, verify, ownerOf);
  await writePlacements(context, [...writes, ...changed], ownerOf);
  await settleOwners(context, beneath, operation.implied);
}
