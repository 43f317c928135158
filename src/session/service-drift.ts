import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Engine } from '../docker/engine.js';
import { type Drift, findDrift } from '../engine/find-drift.js';
import { type ContextTree, isWithin } from '../plan/context-tree.js';
import type { TreeChange } from '../watch/scan-context.js';
import type { Attachment } from './attachment.js';
import { ignoreOf } from './open-feed.js';
import { driftSince, recipeOf, type SeenFiles } from './seen-files.js';
import type { LiveModel } from './service-model.js';

/** What a service's containers lack of what was edited since their images were built. */
export type ServiceDrift = {
  /** Absolute path of the build context, links resolved. */
  readonly context: string;
} & (
  | { readonly kind: 'rebuild'; readonly reason: string }
  | {
      readonly kind: 'changes';
      /** What was asked for. */
      readonly meant: readonly TreeChange[];
      readonly others: readonly TreeChange[];
      /** The first step that has copied something from an earlier stage which is not so any more. */
      readonly staleCopy: number | undefined;
    }
);

interface DriftOptions {
  readonly model: LiveModel;
  readonly engine: Engine;
  readonly attachment: Attachment;
  /** What an earlier session noted of the containers; they are looked at where there is no note. */
  readonly seen: SeenFiles | undefined;
  readonly tree: ContextTree;
  /** A session was killed while it brought files into the containers. */
  readonly isBroken?: boolean;
  /** What is asked for: absolute, links resolved; everything when left out. */
  readonly paths: readonly string[] | undefined;
}

/** Compares a service's containers with its files. */
export async function serviceDrift({ model, seen, paths, isBroken, ...options }: DriftOptions): Promise<ServiceDrift> {
  const context = await realpath(model.build.spec.context);
  const roots = paths?.map((path) => relative(context, path)) ?? [''];
  const concerns = (path: string) => roots.some((root) => isWithin(root, path));
  const { engine, tree, attachment } = options;
  const { stages, images, containerIds } = attachment;
  const stage = stages.at(-1);
  if (!stage) return { context, kind: 'changes', meant: [], others: [], staleCopy: undefined };
  if (isBroken) return { context, kind: 'rebuild', reason: 'a session was killed while it brought files into it' };
  if (seen && seen.recipe !== recipeOf(model))
    return { context, kind: 'rebuild', reason: 'its Dockerfile or its build settings were edited since' };
  const look = { engine, images, stage, tree, ignores: ignoreOf(model).ignores };
  const drift = seen
    ? [driftSince(seen, { tree, stages, concerns })]
    : await Promise.all(containerIds.map((id) => findDrift(look, id)));
  const changes = [...new Map(drift.flatMap((each) => each.changes.map((change) => [change.path, change]))).values()];
  const copies = drift.flatMap(({ staleCopy }) => staleCopy ?? []);
  return {
    context,
    kind: 'changes',
    meant: changes.filter(({ path }) => concerns(path)),
    others: changes.filter(({ path }) => !concerns(path)),
    staleCopy: copies.length > 0 ? Math.min(...copies) : undefined,
  };
}

/** Files that were edited before a session began: an image that it has not built itself does not hold them. */
export async function olderDrift(options: Omit<DriftOptions, 'seen' | 'paths'>): Promise<Drift | undefined> {
  if (!options.attachment.compared) return undefined;
  const drift = await serviceDrift({ ...options, seen: undefined, paths: undefined });
  return drift.kind === 'changes' ? { changes: drift.meant, staleCopy: drift.staleCopy } : undefined;
}
