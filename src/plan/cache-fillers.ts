import { posix } from 'node:path';
import type { Mount, RunStep, Stage } from '../dockerfile/model.js';

/** What a cache mount is known by: steps with the same one share it. */
export const cacheId = ({ state }: RunStep, { id, target }: Mount): string =>
  id ?? posix.resolve(state.workdir, target ?? '.');

/** Where a build fills the caches of a step before it comes to it. */
export type Filler =
  /** The first step of the same stage that has one of them. */
  | { readonly kind: 'step'; readonly index: number }
  /** A step of another stage. */
  | { readonly kind: 'stage' };

/** Looks for a step that has filled the caches of a step by the time a build comes to it; undefined when none has. */
export function fillerOf(stages: readonly Stage[], stage: Stage, step: RunStep): Filler | undefined {
  const ids = new Set(idsOf(step));
  const fills = (other: Stage['steps'][number]): boolean =>
    other.kind === 'run' && idsOf(other).some((id) => ids.has(id));
  const earlier = stage.steps.slice(0, step.index).find(fills);
  if (earlier) return { kind: 'step', index: earlier.index };
  return stages.some(({ index, steps }) => index < stage.index && steps.some(fills)) ? { kind: 'stage' } : undefined;
}

const idsOf = (step: RunStep): string[] =>
  step.mounts.filter(({ type }) => type === 'cache').map((mount) => cacheId(step, mount));
