import { packEntries } from '../../docker/tar.js';
import type { CopyStep } from '../../dockerfile/model.js';
import type { Operation } from '../../plan/plan.js';
import { topmost } from '../../plan/topmost.js';
import { vanished } from '../manifest.js';
import { observeDestination } from '../observe-destination.js';
import { listStage, type StageCopy, stageEntries } from '../stage-entries.js';
import { type OperationContext, report } from './context.js';
import { missingParents } from './missing-parents.js';
import { resolveOwner } from './owner.js';
import { uncover } from './uncover.js';

type CopyStageOperation = Extract<Operation, { kind: 'copy-stage' }>;

/** Copies again from the container of an earlier stage: what differs from the last time, and what vanished there goes here. */
export async function runCopyStage(
  context: OperationContext,
  { step, fromStage, below, full }: CopyStageOperation,
): Promise<void> {
  const { target, signal } = context;
  const container = await target.container();
  const copy = await stageCopy(context, step, fromStage);
  const listing = await listStage(copy);
  const before = target.manifests.get(step.index) ?? new Map<string, string>();
  signal.throwIfAborted();
  await uncover(context, below, topmost(vanished(before, listing.manifest)));
  const changed = [...listing.manifest].filter(([path, digest]) => full || before.get(path) !== digest);
  const wanted = new Set(changed.map(([path]) => path));
  for (const root of listing.roots) {
    if (wanted.has(root) && (await container.stat(root))?.kind === 'directory') wanted.delete(root);
  }
  if (wanted.size > 0) {
    const parents = await missingParents(container, [...wanted], () => copy.owner);
    let bytes = 0;
    const entries = async function* () {
      yield* parents;
      for await (const entry of stageEntries(copy, listing, wanted)) {
        if (entry.kind === 'file') bytes += 'open' in entry ? entry.size : entry.content.length;
        yield entry;
      }
    };
    await container.putArchive('/', packEntries(entries()));
    report(context, { type: 'filesCopied', containerId: container.id, count: wanted.size, bytes });
  }
  target.manifests.set(step.index, listing.manifest);
}

/** Notes what a step has copied so far, before its source is replayed: the image holds exactly that. */
export async function noteManifest(context: OperationContext, step: CopyStep, fromStage: number): Promise<void> {
  const { manifests } = context.target;
  if (manifests.has(step.index)) return;
  manifests.set(step.index, (await listStage(await stageCopy(context, step, fromStage))).manifest);
}

async function stageCopy(context: OperationContext, step: CopyStep, fromStage: number): Promise<StageCopy> {
  const { target, lower } = context;
  const [container, mine] = await Promise.all([context.stageTarget(fromStage).container(), target.container()]);
  const [destination, owner] = await Promise.all([
    observeDestination(mine, (path) => lower.stat(target.stage.index, step.index, path), step),
    resolveOwner(mine, step.chown),
  ]);
  return { container, step, destination, owner };
}
