import type { ServiceHooks } from '../../compose/service-hooks.js';
import type { EventSink, LivepushEvent } from '../../events.js';
import type { ContextTree } from '../../plan/context-tree.js';
import type { LowerLayers } from '../lower-layers.js';
import type { Target } from '../target.js';

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
  /** The container of an earlier stage. */
  readonly stageTarget: (stage: number) => Target;
  /** How bytes of a command's output become the text of events: `utf8`, or `latin1`, which keeps each byte. */
  readonly outputEncoding?: 'utf8' | 'latin1' | undefined;
  /** What the service wants done after a start and before a stop. */
  readonly hooks?: ServiceHooks | undefined;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** Reports an event of the operation's stage. A promise says that the taker is behind. */
export function report(
  { sink, service, push, target }: OperationContext,
  body: Body<StageEvent>,
): Promise<void> | undefined {
  return sink({ ...body, service, push, stageIdx: target.stage.index } as StageEvent);
}
