import { contentSize } from '../../docker/tar-entry.js';
import { LivepushError } from '../../errors.js';
import type { StageLayer } from '../../plan/beneath.js';
import type { Manifest } from '../manifest.js';
import { listStage, type StageCopy, type StageListing, stageEntries } from '../stage-entries.js';
import { type OperationContext, report } from './context.js';
import { missingParents } from './missing-parents.js';
import { resolveOwner } from './owner.js';
import { isPresentDirectory } from './present-directory.js';
import { transfer } from './transfer.js';

/** Where a `COPY --from` step takes its files from, and whose they become. */
export async function stageCopy(context: OperationContext, layer: StageLayer): Promise<StageCopy> {
  const { step, fromStage, destination } = layer;
  const [container, mine] = await Promise.all([context.stageTarget(fromStage).container(), context.target.container()]);
  return { container, step, destination, fromStage, owner: await resolveOwner(mine, step.chown) };
}

/** What a step has copied so far; looked up once, when its source is as the image was built from. */
export async function manifestOf(context: OperationContext, layer: StageLayer): Promise<Manifest> {
  const known = context.target.copiedBy(layer.step.index);
  if (known) return known;
  const { manifest } = await listStage(await stageCopy(context, layer));
  context.target.noteCopied(layer.step.index, manifest);
  return manifest;
}

interface StageFiles {
  readonly copy: StageCopy;
  readonly listing: StageListing;
  /** Destinations to write. */
  readonly wanted: ReadonlySet<string>;
}

/** Writes files of an earlier stage in one archive. */
export async function putStageFiles(context: OperationContext, { copy, listing, wanted }: StageFiles): Promise<void> {
  const container = await context.target.container();
  const paths = new Set(wanted);
  for (const root of listing.roots) {
    if (paths.has(root) && (await isPresentDirectory(container, root))) paths.delete(root);
  }
  if (paths.size === 0) return;
  const special = listing.files.find(({ destination, header }) => paths.has(destination) && header.capabilities !== '');
  if (special)
    throw new LivepushError(
      'container-refused',
      `${special.destination} has file capabilities, which only a build copies from another stage`,
    );
  const parents = await missingParents(container, [...paths], () => ({
    owner: copy.owner,
    mode: copy.step.parentMode,
  }));
  let bytes = 0;
  const entries = async function* () {
    bytes = 0;
    yield* parents;
    for await (const entry of stageEntries(copy, listing, paths)) {
      bytes += contentSize(entry);
      yield entry;
    }
  };
  await transfer(context.target, { count: paths.size, entries });
  void report(context, { type: 'filesCopied', containerId: container.id, count: paths.size, bytes });
}
