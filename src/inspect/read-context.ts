import type { Step } from '../dockerfile/model.js';
import { isWithin, MutableTree } from '../plan/context-tree.js';
import { watchRoots } from '../plan/find-stale.js';
import type { IgnoreRules } from '../watch/ignore.js';
import { ContextScanner } from '../watch/scan-context.js';

/** What is read of a build context. */
export interface ContextReading {
  /** Absolute path. */
  readonly root: string;
  readonly ignore: IgnoreRules;
  readonly steps: readonly Step[];
  /** Paths of the context that are wanted though no step may read them. */
  readonly asked: readonly string[];
  readonly signal: AbortSignal;
}

/** The part of a build context that steps read or that is asked for, as it is now. */
export async function readContext({ root, ignore, steps, asked, signal }: ContextReading): Promise<MutableTree> {
  const tree = new MutableTree();
  let roots: readonly string[] = [];
  const wanted = (path: string): boolean => roots.some((at) => isWithin(at, path) || isWithin(path, at));
  const mayUnpack = (): boolean => steps.some((step) => step.kind === 'copy' && step.add);
  const scanner = new ContextScanner(tree, { root, ignore, wanted, mayUnpack, signal });
  // links in the context can lead to more than is known without looking
  for (;;) {
    const more = [...asked, ...watchRoots(tree, steps)].filter((at) => !roots.some((outer) => isWithin(outer, at)));
    if (more.length === 0) return tree;
    roots = [...roots, ...more];
    await scanner.rescan(['']);
  }
}
