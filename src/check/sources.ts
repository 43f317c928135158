import type { Step } from '../dockerfile/model.js';
import type { ContextTree } from '../plan/context-tree.js';
import { contextSources } from '../plan/find-stale.js';
import { isMissing, matchSource } from '../plan/match-copy.js';
import { eachStep } from './each-step.js';
import type { Place } from './place.js';
import type { BuildFiles } from './subject.js';
import { placeOfFlag, placeOfWord } from './tokens.js';

/** A file or pattern of the context that a step reads, and where it is written. */
export interface WrittenSource {
  readonly source: string;
  readonly step: Step;
  readonly place: Place;
}

function sourcesOf(files: BuildFiles, step: Step): WrittenSource[] {
  if (files.refused.has(step.line)) return [];
  if (step.kind === 'copy' && step.from.kind === 'context') {
    const { sources, inline } = step;
    const count = sources.length + inline.length + 1;
    // a heredoc among the sources: which word is which is not told
    if (inline.length > 0) return [];
    return sources.map((source, nth) => ({ source, step, place: placeOfWord(files, step, { nth, count }) }));
  }
  if (step.kind !== 'run') return [];
  const mounts = step.mounts.filter(({ type, from }) => type === 'bind' && from.kind === 'context');
  return mounts.flatMap(({ source }) => {
    const isPart = source !== undefined && source !== '' && source !== '/' && source !== '.';
    return isPart ? [{ source, step, place: placeOfFlag(files, step, '--mount') }] : [];
  });
}

/** Every source of the context that the needed stages read: COPY, local ADD, and bind mounts of RUN. */
export const writtenSources = (files: BuildFiles): WrittenSource[] =>
  eachStep(files.stages).flatMap(({ step }) => sourcesOf(files, step));

/** What a source names in a context: whether there is anything, and whether a build fails at it. */
export function findIn(
  tree: ContextTree,
  { stages }: BuildFiles,
  source: string,
): { isThere: boolean; fails: boolean } {
  const matched = matchSource(tree, source);
  const ofBuild = () => eachStep(stages).flatMap(({ step }) => contextSources(tree, step));
  return { isThere: matched.roots.length > 0, fails: isMissing(matched, ofBuild) };
}
