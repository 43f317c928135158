import type { PathStat } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { type Beneath, type StageLayer, stays, winnerAt } from '../../plan/beneath.js';
import type { Placement } from '../../plan/copy-map.js';
import { holdsCopied } from '../manifest.js';
import { listStage } from '../stage-entries.js';
import { type OperationContext, report } from './context.js';
import { restoreLower } from './restore-lower.js';
import { manifestOf, putStageFiles, stageCopy } from './stage-copy.js';
import { ownersOf, writePlacements } from './write-placements.js';

/** What comes to light at a path: an earlier step's file, or what the lower layers hold. */
type Light =
  | { readonly kind: 'write'; readonly placement: Placement }
  | { readonly kind: 'recopy'; readonly layer: StageLayer; readonly path: string }
  /** A directory that an earlier step still needs. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'lower'; readonly before: number; readonly path: string };

/**
 * Makes paths what stands there in front of a step: nothing, mostly. Safe for a path that is that already.
 *
 * Throws `container-refused` when the container cannot remove files.
 */
export async function uncover(context: OperationContext, beneath: Beneath, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const { target, signal } = context;
  signal.throwIfAborted();
  const container = await target.container();
  if (target.final && !(await target.info()).running) {
    throw new LivepushError('container-refused', 'The container has stopped, and a file has to be removed.');
  }
  const found: Light[] = [];
  for (const path of paths) found.push(await whatLies(context, beneath, path));
  const lower = found.flatMap((light) => (light.kind === 'lower' ? [light] : []));
  for (const before of new Set(lower.map((light) => light.before))) {
    const those = lower.filter((light) => light.before === before).map(({ path }) => path);
    await restoreLower(context, { container, before, paths: those });
  }
  void report(context, { type: 'filesDeleted', containerId: container.id, count: paths.length, bytes: 0 });
  await recopy(context, found);
  const writes = found.flatMap((light) => (light.kind === 'write' ? [light.placement] : []));
  await writePlacements(context, writes, await ownersOf(container, writes));
}

/** Removes those of these directories that nothing in front of a step has or needs, and that are empty; innermost first. */
export async function prune(
  context: OperationContext,
  beneath: Beneath,
  directories: readonly string[],
): Promise<void> {
  if (directories.length === 0) return;
  const { target, lower } = context;
  const empty: string[] = [];
  for (const path of directories) {
    const light = await whatLies(context, beneath, path).catch(() => undefined);
    if (light?.kind !== 'lower') continue;
    const held = await lower.stat(target.stage.index, light.before, path);
    if (held === undefined || held === 'unknown') empty.push(path);
  }
  await target.shell.prune(empty);
}

async function whatLies(context: OperationContext, beneath: Beneath, path: string): Promise<Light> {
  switch (beneath.kind) {
    case 'lower':
      return { kind: 'lower', before: beneath.before, path };
    case 'context': {
      const winner = winnerAt(beneath.maps, path);
      if (winner && 'content' in winner) return { kind: 'write', placement: winner };
      if (winner) throw new LivepushError('container-refused', `A file of an archive comes to light at ${path}.`);
      return stays(beneath, path) ? { kind: 'keep' } : whatLies(context, beneath.beneath, path);
    }
    case 'run':
      return behindRun(context, beneath, path);
    case 'stage': {
      const manifest = await manifestOf(context, beneath);
      if (manifest.has(path)) return { kind: 'recopy', layer: beneath, path };
      return holdsCopied(manifest, path) ? { kind: 'keep' } : whatLies(context, beneath.beneath, path);
    }
  }
}

/** What a RUN left at a path: what was there before it, unless the layers on both sides of it differ there. */
async function behindRun(
  context: OperationContext,
  { index, beneath }: Extract<Beneath, { kind: 'run' }>,
  path: string,
): Promise<Light> {
  const { target, lower } = context;
  const look = (before: number) => lower.stat(target.stage.index, before, path);
  const [before, after] = await Promise.all([look(index), look(index + 1)]);
  if (before === 'unknown' || after === 'unknown') return { kind: 'lower', before: index + 1, path };
  if (isSame(before, after)) return whatLies(context, beneath, path);
  if (target.replayed.has(index)) {
    throw new LivepushError('container-refused', `What a RUN left at ${path} comes to light, and it ran again since.`);
  }
  return { kind: 'lower', before: index + 1, path };
}

/** A directory's time tells of what is in it. */
const isSame = (a: PathStat | undefined, b: PathStat | undefined): boolean =>
  a?.kind === b?.kind &&
  a?.mode === b?.mode &&
  (a?.kind === 'directory' || (a?.size === b?.size && a?.mtime === b?.mtime && a?.linkTarget === b?.linkTarget));

async function recopy(context: OperationContext, found: readonly Light[]): Promise<void> {
  const again = found.flatMap((light) => (light.kind === 'recopy' ? [light] : []));
  for (const layer of new Set(again.map((light) => light.layer))) {
    const copy = await stageCopy(context, layer);
    const wanted = new Set(again.filter((light) => light.layer === layer).map(({ path }) => path));
    await putStageFiles(context, { copy, listing: await listStage(copy), wanted });
  }
}
