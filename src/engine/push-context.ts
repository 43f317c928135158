import type { RestartSetting } from '../compose/restart-setting.js';
import type { EventSink } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Plan } from '../plan/plan.js';
import type { ExecuteOptions } from './execute-plan.js';
import type { LowerLayers } from './lower-layers.js';
import type { PhaseClock } from './phase-clock.js';
import type { Planner } from './planner.js';
import type { RunningSteps } from './running-steps.js';
import type { Targets } from './targets.js';
import type { Unbroken } from './unbroken.js';

/** What all pushes of a service are done with. */
export interface PushOptions {
  readonly service: string;
  readonly contextRoot: string;
  readonly tree: ContextTree;
  /** Content of a build secret by its id. */
  readonly secret: (id: string) => Promise<Buffer | undefined>;
  /** False: never restart the main process. */
  readonly restart: boolean;
  /** How; by the container when left out. */
  readonly restartBy?: RestartSetting;
  readonly dryRun: boolean;
  readonly outputEncoding?: ExecuteOptions['outputEncoding'];
  /** A container that ends in the middle of a push takes the rest while it is stopped, and is started; else the push fails. */
  readonly startsEnded?: boolean;
  /** What the service wants done after a start and before a stop of a container. */
  readonly hooks?: ExecuteOptions['hooks'];
  readonly inTurn?: ExecuteOptions['inTurn'];
  readonly restartsDone?: boolean;
  /** Paths that go before each restart. */
  readonly forget?: ExecuteOptions['forget'];
  readonly onTouch?: ExecuteOptions['onTouch'];
  /** Told when the containers hold all that there is. */
  readonly onUpToDate?: () => Promise<void>;
  readonly sink: EventSink;
  /** Told what a push comes to before it is carried out. */
  readonly onPlan: (plan: Plan, push: number) => void;
  /** Asked when replaying cannot do it. Runs after the push has ended; the engine is closed by then. */
  readonly onRebuild: (reason: string) => void;
  /** Whether the builder has carried out all RUN steps on the files as they are; not asked when left out. */
  readonly hasBuilt?: ((signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Paths that could not be read in the middle of a push: they have to be looked at again. */
  readonly onRetry: () => void;
  readonly calm?: ExecuteOptions['calm'];
  /** True where an edit may be found some time after it was made; always when left out. */
  readonly isPolled?: () => boolean;
}

/** The containers, and what is known of the layers below them. */
interface Grounds {
  readonly targets: Targets;
  readonly lower: LowerLayers;
  readonly planner: Planner;
  /** What is carried out whatever comes. */
  readonly unbroken: Unbroken;
}

/** What one push is done with; the signal fires when a newer change takes over, that of steps when it concerns a running one. */
export interface Turn {
  /** Its number, from 1. */
  readonly push: number;
  readonly signal: AbortSignal;
  readonly stepSignal: AbortSignal;
  readonly steps: RunningSteps;
  readonly phases: PhaseClock;
}

/** All that one push is done with. */
export type PushContext = PushOptions & Grounds & Turn;
