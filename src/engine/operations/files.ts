import type { Placement } from '../../plan/copy-map.js';
import type { FilesOperation } from '../../plan/plan.js';
import type { OperationContext } from './context.js';
import { differing } from './differing.js';
import { settleOwners } from './implied-owners.js';
import { noteFiles } from './note-direct.js';
import { hasMounts, refuseLinks } from './refuse-links.js';
import { prune, uncover } from './uncover.js';
import { ownersOf, writePlacements } from './write-placements.js';

const parentsFirst = (placements: readonly Placement[]): Placement[] =>
  placements.toSorted((a, b) => (a.destination < b.destination ? -1 : 1));

/** Removes what no step places any more, then writes what changed. False where nothing was to be done. */
export async function runFiles(context: OperationContext, operation: FilesOperation): Promise<boolean> {
  const { beneath, unchanged } = operation;
  const { mark } = context.target;
  // since the push began it can be told what was touched: what no edit has changed need not be sent again
  const writes = mark ? operation.writes.filter(({ destination }) => !unchanged.has(destination)) : operation.writes;
  const verify = mark
    ? [...operation.verify, ...operation.writes.filter(({ destination }) => unchanged.has(destination))]
    : operation.verify;
  const written = [...writes, ...verify].map(({ destination }) => destination);
  await refuseLinks(context.target, {
    removed: operation.uncover,
    written: (await hasMounts(context.target)) ? written : [],
  });
  await uncover(context, beneath, operation.uncover);
  await prune(context, beneath, operation.prune);
  const ownerOf = await ownersOf(await context.target.container(), [...writes, ...verify]);
  const changed = await differing(context, verify, ownerOf);
  const placed = parentsFirst([...writes, ...changed]);
  // before it is done: a failure leaves nobody knows what
  noteFiles(context, operation, { written: placed, ownerOf });
  await writePlacements(context, placed, ownerOf);
  await settleOwners(context, beneath, operation.implied);
  return placed.length + operation.uncover.length + operation.prune.length + operation.implied.length > 0;
}
