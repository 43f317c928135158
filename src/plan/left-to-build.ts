import type { Mount, Step } from '../dockerfile/model.js';
import type { ContextTree } from './context-tree.js';
import { isException } from './exclude.js';
import { contextSources } from './find-stale.js';
import { type MatchedSource, unsentLink } from './match-copy.js';

/**
 * Why a step cannot be replayed, whatever is edited: a change that reaches it means a rebuild. Undefined for one that can,
 * as far as its text and the context tell.
 *
 * @param ofBuild what all steps of the build read of the context
 */
export function leftToBuild(tree: ContextTree, step: Step, ofBuild: () => Iterable<MatchedSource>): string | undefined {
  const left = leftByText(step);
  if (left !== undefined) return left;
  for (const source of contextSources(tree, step)) {
    const unsent = unsentLink(source, ofBuild);
    if (unsent !== undefined) return `a build has only a part of what the link ${unsent} leads to`;
  }
  return undefined;
}

function leftByText(step: Step): string | undefined {
  switch (step.kind) {
    case 'unreplayable':
      return step.reason;
    case 'copy':
      if (step.parents) return '--parents is left to the build';
      return step.exclude.some(isException) ? '--exclude with an exception (!) is left to the build' : undefined;
    case 'run':
      return step.mounts.map(leftMount).find((reason) => reason !== undefined);
    case 'workdir':
    case 'config':
      return undefined;
  }
}

function leftMount({ type, from }: Mount): string | undefined {
  if (type === 'ssh') return 'a mount of the type ssh is left to the build';
  if (type !== 'bind' || from.kind !== 'fixed') return undefined;
  return `a bind mount from ${from.name} is left to the build`;
}
