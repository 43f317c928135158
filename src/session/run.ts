import type { ComposeCli } from '../compose/compose-requests.js';
import type { RestartSetting } from '../compose/restart-setting.js';
import type { Engine } from '../docker/engine.js';
import type { EventSink } from '../events.js';
import type { Selection } from './project-model.js';
import type { Waits } from './waits.js';

/** What the user asked of a session. */
export interface SessionOptions extends Selection {
  /** False: the images are used as they are; what was edited since they were built is pushed. */
  readonly build: boolean;
  /** False: steps that take long are replayed even where the build cache holds what they make. */
  readonly buildCache?: boolean;
  /** False: never restart a main process after a push. */
  readonly restart: boolean;
  /** How, whatever the compose file says. */
  readonly restartBy?: RestartSetting;
  readonly logs: boolean;
  /** True: the containers go on running at the end. */
  readonly keep: boolean;
  /** False: nothing is noted of the containers for later sessions. */
  readonly notes?: boolean;
  /** True: report plans instead of carrying them out. */
  readonly dryRun: boolean;
  /** Milliseconds without a file event before a push starts. */
  readonly debounceMs: number;
  /** True: looks at the files again and again, and watches nothing. */
  readonly poll?: boolean;
  /** True: the containers are there already, and are to be compared with the files. */
  readonly compare?: boolean;
}

/** What all of a session works with. */
export interface Run {
  readonly options: SessionOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Both end with the signal. */
  readonly cli: ComposeCli;
  readonly engine: Engine;
  /** Those for what has to be undone after it. */
  readonly undo: { readonly cli: ComposeCli; readonly engine: Engine };
  /** What the session waits for. */
  readonly waits: Waits;
  /** The folder for temporary files. */
  readonly tmpdir: string;
  readonly homedir: string;
  readonly sink: EventSink;
  /** Ends the session. */
  readonly signal: AbortSignal;
}
