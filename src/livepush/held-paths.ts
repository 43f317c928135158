import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type { Container, PathStat } from '../docker/engine.js';
import { tarMembers } from '../docker/tar.js';
import { modeAfter } from '../dockerfile/mode-change.js';
import type { CopyStep, Step } from '../dockerfile/model.js';
import { observeDestination } from '../engine/observe-destination.js';
import type { ContextEntry, ContextTree } from '../plan/context-tree.js';
import { copyMap, type Placement } from '../plan/copy-map.js';
import { contextSources } from '../plan/find-stale.js';
import { copiesFromContext } from '../plan/segments.js';

/** A file system that can be looked at: of a container, or of an image. */
export type Holder = Pick<Container, 'stat' | 'getArchive'>;

interface Asked {
  readonly holder: Holder;
  readonly tree: ContextTree;
  readonly steps: readonly Step[];
}

/**
 * True when the steps have put a path of the context where it belongs just as it is on the disk now: then it is no change.
 * False also where that cannot be told.
 */
export async function holdsPath({ holder, tree, steps }: Asked, path: string): Promise<boolean> {
  for (const step of steps) {
    if (!contextSources(tree, step).some((source) => source.covers(path))) continue;
    if (!copiesFromContext(step) || step.parents) return false;
    if (!(await isPlaced({ holder, tree }, step, path))) return false;
  }
  return true;
}

async function isPlaced({ holder, tree }: Omit<Asked, 'steps'>, step: CopyStep, path: string): Promise<boolean> {
  const destination = await observeDestination(holder, async () => 'unknown', step);
  const map = copyMap(tree, step, contextSources(tree, step), destination);
  const kinds = new Set<ContextEntry['kind']>([tree.get(path)?.kind ?? 'file']);
  for (const at of map.destinationsOf(path, () => kinds)) {
    const placed = map.at(at);
    if (placed && 'archive' in placed) return false;
    if (!(await isAt(holder, at, placed))) return false;
  }
  return true;
}

async function isAt(holder: Holder, path: string, placed: Placement | undefined): Promise<boolean> {
  const stat = await holder.stat(path);
  if (!placed || !stat) return !placed && !stat;
  const { content, step } = placed;
  if (content.kind === 'root') return stat.kind === 'directory';
  if (content.kind === 'inline') return false;
  const { entry } = content;
  if (entry.kind !== stat.kind) return false;
  if (entry.kind !== 'link' && stat.mode !== modeAfter(step.chmod, entry)) return false;
  if (entry.kind === 'directory') return true;
  return hasContent(holder, { path, stat, entry });
}

interface Compared {
  readonly path: string;
  readonly stat: PathStat;
  readonly entry: Extract<ContextEntry, { kind: 'file' | 'link' }>;
}

async function hasContent(holder: Holder, { path, stat, entry }: Compared): Promise<boolean> {
  if (entry.kind === 'file' && entry.size !== stat.size) return false;
  const archive = await holder.getArchive(path);
  if (!archive) return false;
  for await (const { header, body } of tarMembers(archive)) {
    if (posix.basename(header.path) !== posix.basename(path)) continue;
    const same = entry.kind === 'link' ? header.linkTarget === entry.target : (await digestOf(body)) === entry.digest;
    archive.destroy();
    return same;
  }
  return false;
}

async function digestOf(body: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk as Buffer);
  return hash.digest('base64');
}
