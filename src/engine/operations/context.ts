import type { ServiceHooks } from '../../compose/service-hooks.js';
import type { Stage } from '../../dockerfile/model.js';
import type { EventSink, LivepushEvent } from '../../events.js';
import type { ContextTree } from '../../plan/context-tree.js';
import type { Ledger } from '../build-container/ledger.js';
import type { LowerLayers } from '../lower-layers.js';
import type { Target } from '../target.js';
import type { Unbroken } from '../unbroken.js';

type StageEvent = Extract<LivepushEvent, { stageIdx: number }>;
type Body<E> = E extends StageEvent ? Omit<E, 'service' | 'push' | 'stageIdx'> : never;

/** What an operation is carried out with. */
export interface OperationContext {
  readonly service: string;
  /** Number of the push. */
  readonly push: number;
  /** Absolute path of the build context, with links resolved. */
  readonly contextRoot: string;
  /** The build context as last seen. */
  readonly tree: ContextTree;
  /** Content of a build secret by its id, or undefined when it is not given. Never to be reported. */
  readonly secret: (id: string) => Promise<Buffer | undefined>;
  /** The container to work in. */
  readonly target: Target;
  readonly lower: LowerLayers;
  /** The build container of the final stage; none where its steps run in the service's containers themselves. */
  readonly builder?: Target | undefined;
  /** Takes note of what is written to the service's containers without their build container, where there is one. */
  readonly ledger?: Ledger | undefined;
  /** All stages that are kept up to date. */
  readonly stages?: readonly Stage[] | undefined;
  /** The container of an earlier stage. */
  readonly stageTarget: (stage: number) => Target;
  /** How bytes of a command's output become the text of events: `utf8`, or `latin1`, which keeps each byte. */
  readonly outputEncoding?: 'utf8' | 'latin1' | undefined;
  /** What the service wants done after a start and before a stop. */
  readonly hooks?: ServiceHooks | undefined;
  readonly sink: EventSink;
  /** What is carried out whatever comes. */
  readonly unbroken?: Unbroken | undefined;
  /** Fires when nothing more is to be begun. */
  readonly signal: AbortSignal;
  /** Fires when a step that runs is to be ended. */
  readonly stepSignal: AbortSignal;
}

const OF_FILES: readonly string[] = ['filesCopied', 'filesCopying', 'filesDeleted'];

/**
 * Reports an event of the operation's stage. A promise says that the taker is behind. What is written to the build container
 * of the final stage is told when it lands.
 */
export function report(
  { sink, service, push, target, builder }: OperationContext,
  body: Body<StageEvent>,
): Promise<void> | undefined {
  if (target === builder && OF_FILES.includes(body.type)) return undefined;
  return sink({ ...body, service, push, stageIdx: target.stage.index } as StageEvent);
}
