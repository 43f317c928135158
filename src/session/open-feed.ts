import type { Stage, Step } from '../dockerfile/model.js';
import { EMPTY_TREE } from '../plan/context-tree.js';
import { watchRoots } from '../plan/find-stale.js';
import { systemClock } from '../watch/batch.js';
import { ContextFeed, type FeedOptions as ContextFeedOptions } from '../watch/context-feed.js';
import { ignoreNothing, parseIgnore } from '../watch/ignore.js';
import type { LiveModel } from './service-model.js';

/** How often the longest wait is longer than the quiet window: a burst is pushed in parts of about this length. */
const CAP_FACTOR = 20;

interface FeedOptions
  extends Pick<ContextFeedOptions, 'signal' | 'poll' | 'readsLater' | 'onNotice' | 'onResult' | 'onError'> {
  /** Milliseconds. */
  readonly debounceMs: number;
}

interface OpenOptions extends FeedOptions {
  readonly model: LiveModel;
  /** All stages up to the final one: only what they read is followed. */
  readonly stages: readonly Stage[];
}

/** What tells of changes in a service's build context; it follows nothing yet. */
export function openFeed({ model: { build }, stages, ...options }: OpenOptions): ContextFeed {
  const steps = stages.flatMap((stage) => stage.steps);
  return feedOf({ ...options, context: build.spec.context, ignoreText: build.ignoreText, steps });
}

interface FolderOptions extends FeedOptions {
  /** The folder; may be a link. */
  readonly context: string;
  readonly ignoreText: string | undefined;
  /** Only what they read is followed. */
  readonly steps: readonly Step[];
}

/** The same of any folder that steps read. */
export function feedOf({ ignoreText, steps, debounceMs, ...options }: FolderOptions): ContextFeed {
  return new ContextFeed({
    ...options,
    ignore: rulesOf(ignoreText),
    roots: watchRoots(EMPTY_TREE, steps),
    rootsOf: (tree) => watchRoots(tree, steps),
    mayUnpack: () => steps.some(isAdd),
    window: { quiet: debounceMs, cap: debounceMs * CAP_FACTOR },
    clock: systemClock,
  });
}

const rulesOf = (text: string | undefined) => (text === undefined ? ignoreNothing : parseIgnore(text));

/** What a service's ignore file leaves out of its context. */
export const ignoreOf = ({ build: { ignoreText } }: LiveModel) => rulesOf(ignoreText);

const isAdd = (step: Step): boolean => step.kind === 'copy' && step.add;
