import type { Stage, Step } from '../dockerfile/model.js';
import { watchRoots } from '../plan/find-stale.js';
import { systemClock } from '../watch/batch.js';
import { ContextFeed, type FeedOptions as ContextFeedOptions } from '../watch/context-feed.js';
import { ignoreNothing, parseIgnore } from '../watch/ignore.js';
import type { LiveModel } from './service-model.js';

/** How often the longest wait is longer than the quiet window: a burst is pushed in parts of about this length. */
const CAP_FACTOR = 20;

interface OpenOptions extends Pick<ContextFeedOptions, 'signal' | 'poll' | 'onNotice' | 'onResult' | 'onError'> {
  readonly model: LiveModel;
  /** All stages up to the final one: only what they read is followed. */
  readonly stages: readonly Stage[];
  /** Milliseconds. */
  readonly debounceMs: number;
}

/** What tells of changes in a service's build context; it follows nothing yet. */
export function openFeed({ model, stages, debounceMs, ...options }: OpenOptions): ContextFeed {
  const steps = stages.flatMap((stage) => stage.steps);
  return new ContextFeed({
    ...options,
    context: model.build.spec.context,
    ignore: ignoreOf(model),
    roots: watchRoots({ get: () => undefined, children: () => [], members: () => [] }, steps),
    rootsOf: (tree) => watchRoots(tree, steps),
    mayUnpack: () => steps.some(isAdd),
    window: { quiet: debounceMs, cap: debounceMs * CAP_FACTOR },
    clock: systemClock,
  });
}

/** What a service's ignore file leaves out of its context. */
export const ignoreOf = ({ build: { ignoreText } }: LiveModel) =>
  ignoreText === undefined ? ignoreNothing : parseIgnore(ignoreText);

const isAdd = (step: Step): boolean => step.kind === 'copy' && step.add;
