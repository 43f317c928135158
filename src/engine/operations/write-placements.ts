import type { Container } from '../../docker/engine.js';
import { contentSize } from '../../docker/tar-entry.js';
import type { CopyStep } from '../../dockerfile/model.js';
import type { Placement } from '../../plan/copy-map.js';
import { type OperationContext, report } from './context.js';
import { missingParents } from './missing-parents.js';
import { type Owner, resolveOwner } from './owner.js';
import { entryOf } from './placement-entry.js';
import { isPresentDirectory } from './present-directory.js';
import { reportingProgress } from './report-progress.js';
import { transfer } from './transfer.js';

/** The owner that a placement's `--chown` comes to; undefined without one. */
export type OwnerOf = (placement: Placement) => Owner | undefined;

/** Writes placements in one archive. */
export async function writePlacements(
  context: OperationContext,
  writes: readonly Placement[],
  ownerOf: OwnerOf,
): Promise<void> {
  const container = await context.target.container();
  const placed = await withoutPresentRoots(container, writes);
  if (placed.length === 0) return;
  context.signal.throwIfAborted();
  const byPath = new Map(placed.map((placement) => [placement.destination, placement]));
  const parents = await missingParents(container, [...byPath.keys()], (path) => {
    const placement = byPath.get(path);
    return placement && { owner: ownerOf(placement), mode: placement.step.parentMode };
  });
  const { times, mark } = context.target;
  const how = { contextRoot: context.contextRoot, notBefore: mark?.time };
  const files = placed.map((placement) => entryOf(how, placement, ownerOf(placement)));
  for (const { path, mtime } of mark ? files : []) if (mtime) times.set(`/${path}`, mtime.getTime());
  const entries = reportingProgress(files, {
    clock: () => performance.now(),
    onProgress: (progress) => report(context, { type: 'filesCopying', containerId: container.id, ...progress }),
  });
  await transfer(context.target, {
    signal: context.signal,
    count: entries.length,
    entries: () => [...parents, ...entries],
  });
  const bytes = entries.reduce((sum, entry) => sum + contentSize(entry), 0);
  void report(context, { type: 'filesCopied', containerId: container.id, count: placed.length, bytes });
}

async function withoutPresentRoots(container: Container, writes: readonly Placement[]): Promise<Placement[]> {
  const kept: Placement[] = [];
  for (const write of writes) {
    const isPresent = write.content.kind === 'root' && (await isPresentDirectory(container, write.destination));
    if (!isPresent) kept.push(write);
  }
  return kept;
}

/** Looks up the owners of the steps of these placements. */
export async function ownersOf(container: Container, writes: readonly Placement[]): Promise<OwnerOf> {
  const steps = [...new Set(writes.map(({ step }) => step))];
  const owners = new Map<CopyStep, Owner | undefined>(
    await Promise.all(steps.map(async (step) => [step, await resolveOwner(container, step.chown)] as const)),
  );
  return ({ step }) => owners.get(step);
}
