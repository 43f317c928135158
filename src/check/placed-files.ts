import { posix } from 'node:path';
import type { CopyStep } from '../dockerfile/model.js';
import { isWithin, memberOf } from '../plan/context-tree.js';
import { matchSource } from '../plan/match-copy.js';
import type { ContextFacts } from './subject.js';

/** A file or directory that a COPY places. */
export interface Placed {
  /** Absolute path in the container. */
  readonly at: string;
  /** Where the context has it; undefined for what comes from elsewhere. */
  readonly from: { readonly path: string; readonly directory: boolean } | undefined;
}

/** What a COPY places, as far as the context tells; the destination alone for what comes from elsewhere. */
export function placedBy(step: CopyStep, { sent }: ContextFacts): Placed[] {
  const { destination, from, inline, sources, parents } = step;
  const isDirectory = step.intoDirectory || sources.length + inline.length > 1;
  const named = (name: string): string => (isDirectory ? posix.join(destination, name) : destination);
  const texts = inline.map(({ name }): Placed => ({ at: named(name), from: undefined }));
  if (from.kind !== 'context') return [{ at: destination, from: undefined }];
  const roots = sources.flatMap((source) => matchSource(sent, source).roots);
  const isSeveral = isDirectory || roots.length > 1;
  const files = roots.map(({ path, name, directory }): Placed => {
    const below = parents ? path : directory || !isSeveral ? '' : name;
    return { at: posix.join(destination, below), from: { path, directory } };
  });
  return [...files, ...texts];
}

/** Whether a COPY puts something at a path, above it or below it; true where that cannot be told. */
export const puts = (step: CopyStep, path: string, context: ContextFacts): boolean =>
  placedBy(step, context).some(({ at, from }) => {
    if (isWithin(path, at)) return true;
    if (!isWithin(at, path)) return false;
    return (
      from === undefined ||
      (from.directory && context.sent.get(memberOf(from.path, posix.relative(at, path))) !== undefined)
    );
  });
