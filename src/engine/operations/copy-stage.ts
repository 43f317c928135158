import { LivepushError } from '../../errors.js';
import { isWithin, parentOf } from '../../plan/context-tree.js';
import { mayRemove, mayWrite } from '../../plan/mounted.js';
import { ownDirectories } from '../../plan/own-directories.js';
import type { Operation } from '../../plan/plan.js';
import { topmost } from '../../plan/topmost.js';
import { listChanged } from '../list-changed.js';
import { holdsCopied, type Manifest, vanished } from '../manifest.js';
import { listStage, type StageCopy, type StageListing } from '../stage-entries.js';
import type { OperationContext } from './context.js';
import { noteUnknown } from './note-direct.js';
import { hasMounts, refuseLinks } from './refuse-links.js';
import { putStageFiles, stageCopy } from './stage-copy.js';
import { prune, uncover } from './uncover.js';

type CopyStageOperation = Extract<Operation, { kind: 'copy-stage' }>;

/**
 * Copies again from the container of an earlier stage: what differs from the last time, and what vanished there goes here.
 * True when anything did.
 */
export async function runCopyStage(
  context: OperationContext,
  { step, layer, full }: CopyStageOperation,
): Promise<boolean> {
  const { manifests } = context.target;
  const copy = await stageCopy(context, layer);
  const before = context.target.copiedBy(step.index) ?? new Map<string, string>();
  const touched = full ? undefined : await listTouched(context, copy, before);
  const used = full ? NONE : await usedUp(context, step, [...(touched?.manifest ?? before).keys()]);
  const listing = touched && used.size === 0 ? touched : await listStage(copy);
  context.signal.throwIfAborted();
  for (const [source, places] of listing.incomplete)
    if (!places.some((path) => before.has(path))) throw notWhole(source, step.line);
  const mounts = context.target.final ? await context.target.mounts() : [];
  // a directory that was copied, and only holds what is copied now, stays for that
  const isGone = (path: string): boolean => mayRemove(mounts, path) && !holdsCopied(listing.manifest, path);
  const gone = vanished(before, listing.manifest).filter(isGone);
  const isChanging = (path: string): boolean => full || before.get(path) !== listing.manifest.get(path);
  const written = (await hasMounts(context.target)) ? [...listing.manifest.keys()].filter(isChanging) : [];
  await refuseLinks(context.target, { removed: gone, written });
  noteUnknown(context, gone);
  await uncover(context, layer.beneath, gone);
  if (before.size > 0 && listing.manifest.size === 0) {
    await prune(context, layer.beneath, ownDirectories(context.target.stage, step, copy.destination.path));
  }
  const kinds = new Map(listing.files.map(({ destination, header }) => [destination, header.kind]));
  const mayPut = (path: string): boolean => mayWrite(mounts, path, { isDirectory: kinds.get(path) === 'directory' });
  const changed = [...listing.manifest].filter(
    ([path, digest]) => (full || before.get(path) !== digest) && mayPut(path),
  );
  noteUnknown(
    context,
    changed.map(([path]) => path),
  );
  const wanted = new Set(changed.map(([path]) => path));
  for (const path of used) if (listing.manifest.has(path) && mayPut(path)) wanted.add(path);
  await putStageFiles(context, { copy, listing, wanted });
  manifests.set(step.index, listing.manifest);
  context.target.copiedVersions.set(step.index, context.stageTarget(layer.fromStage).version);
  return changed.length + gone.length > 0;
}

/** What was copied with the build stays as it is there; what is copied for the first time is not known. */
const notWhole = (source: string, line: number): LivepushError =>
  new LivepushError(
    'container-refused',
    `Line ${line} copies ${source} of another stage for the first time, which holds what an engine puts into each container`,
  );

const NONE: ReadonlySet<string> = new Set();

/** What is not there any more of the last copy, where a RUN may have used it up: in a build that finds it each time. */
async function usedUp(
  { target }: OperationContext,
  step: CopyStageOperation['step'],
  copied: readonly string[],
): Promise<ReadonlySet<string>> {
  const isRead = target.stage.steps.slice(step.index + 1).some(({ kind }) => kind === 'run');
  if (!isRead || copied.length === 0) return NONE;
  // of many, a RUN uses up whole trees
  const asked = copied.length > MANY_LOOKED_AT ? copied.filter(isNearTop(copied)) : copied;
  const there = await target.shell.stat(asked);
  const gone = asked.filter((path) => !there.has(path));
  return new Set(asked === copied ? gone : copied.filter((path) => gone.some((root) => isWithin(root, path))));
}

/** True for the topmost of these paths, and for what lies directly in them. */
function isNearTop(paths: readonly string[]): (path: string) => boolean {
  const top = new Set(topmost(paths));
  return (path) => top.has(path) || top.has(parentOf(path));
}

/** Paths up to which each is asked for. */
const MANY_LOOKED_AT = 1000;

/** Paths from which on looking what was touched is faster than reading all. */
const MANY = 100;

async function listTouched(
  { stageTarget, target }: OperationContext,
  copy: StageCopy,
  before: Manifest,
): Promise<StageListing | undefined> {
  const source = stageTarget(copy.fromStage);
  // what was touched before the last push is not known any more
  const isNext = (target.copiedVersions.get(copy.step.index) ?? 0) === source.version - 1;
  const touched = before.size < MANY || !isNext ? undefined : await source.touched();
  return touched && listChanged(copy, before, touched);
}
