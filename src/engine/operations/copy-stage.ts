import { packEntries, type TarEntry } from '../../docker/tar.js';
import type { CopyStep } from '../../dockerfile/model.js';
import type { Operation } from '../../plan/plan.js';
import { type Manifest, vanished } from '../manifest.js';
import { observeDestination } from '../observe-destination.js';
import { readStageFiles, type StageFile, type StageSource } from '../read-stage-files.js';
import type { Target } from '../target.js';
import { type OperationContext, report } from './context.js';
import { resolveOwner } from './owner.js';
import { uncover } from './uncover.js';

type CopyStageOperation = Extract<Operation, { kind: 'copy-stage' }>;

/** Copies again from the container of an earlier stage: what differs from the last time, and what vanished there goes here. */
export async function runCopyStage(
  context: OperationContext,
  { step, fromStage, below, full }: CopyStageOperation,
): Promise<void> {
  const { target } = context;
  const container = await target.container();
  const source = await stageSource(context, step, fromStage);
  const before = target.manifests.get(step.index) ?? new Map<string, string>();
  const now = new Map<string, string>();
  const changed: StageFile[] = [];
  await readStageFiles(source, async (file) => {
    now.set(file.destination, file.digest);
    if (full || before.get(file.destination) !== file.digest) changed.push(file);
  });
  context.signal.throwIfAborted();
  await uncover(context, below, topmost(vanished(before, now)));
  const entries: TarEntry[] = [];
  let bytes = 0;
  for (const { destination, root, entry } of changed) {
    if (root && (await container.stat(destination))?.kind === 'directory') continue;
    entries.push(entry);
    bytes += entry.kind === 'file' && 'content' in entry ? entry.content.length : 0;
  }
  if (entries.length > 0) await container.putArchive('/', packEntries(entries));
  target.manifests.set(step.index, now);
  if (entries.length > 0) {
    report(context, { type: 'filesCopied', containerId: container.id, count: entries.length, bytes });
  }
}

/** Notes what a step has copied so far, before its source is replayed: the image holds exactly that. */
export async function noteManifest(context: OperationContext, step: CopyStep, fromStage: number): Promise<void> {
  if (context.target.manifests.has(step.index)) return;
  const manifest = new Map<string, string>();
  await readStageFiles(await stageSource(context, step, fromStage), async ({ destination, digest }) => {
    manifest.set(destination, digest);
  });
  context.target.manifests.set(step.index, manifest as Manifest);
}

async function stageSource(context: OperationContext, step: CopyStep, fromStage: number): Promise<StageSource> {
  const { target, lower } = context;
  const from: Target = context.stageTarget(fromStage);
  const [container, mine] = await Promise.all([from.container(), target.container()]);
  const [destination, owner] = await Promise.all([
    observeDestination(mine, (path) => lower.stat(target.stage.index, step.index, path), step),
    resolveOwner(mine, step.chown),
  ]);
  return { container, step, destination, owner };
}

function topmost(paths: readonly string[]): string[] {
  const set = new Set(paths);
  return paths.filter((path) => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (set.has(path.slice(0, at))) return false;
    }
    return true;
  });
}
