/** What a command printed. */
export interface CommandOutput {
  /** The bytes as they came: a piece of the output, not a line. */
  readonly data: Buffer;
  readonly isStderr: boolean;
}

/**
 * How a push ended.
 *
 * - `done`: the container is up to date.
 * - `nothing`: nothing was stale.
 * - `failed`: a command ended with another code than 0, or `performLivepush` rejects and says why.
 * - `cancelled`: by `cancel`, or a newer push goes on from here.
 * - `rebuild-required`: only a build can make the change; `performLivepush` rejects with `RebuildRequiredError`.
 */
export type LivepushOutcome = 'done' | 'nothing' | 'failed' | 'cancelled' | 'rebuild-required';

/** A command of a push. */
export interface CommandRun {
  /** Number of the stage in the live Dockerfile, from 0. */
  readonly stageIdx: number;
  readonly command: string;
  /** Undefined when the command was cancelled. */
  readonly returnCode: number | undefined;
}

/** Files of a push, in one stage. */
export interface FilesOfStage {
  /** Number of the stage in the live Dockerfile, from 0. */
  readonly stageIdx: number;
  /** Directories and links count, too. */
  readonly count: number;
  /** Bytes of file content; 0 for deletions. */
  readonly bytes: number;
}

/** A push begins. Both lists are about the new changes only: what earlier pushes left undone is pushed as well. */
export interface LivepushStart {
  /** Paths relative to the context that are there. */
  readonly addedOrUpdated: readonly string[];
  /** Paths relative to the context that are gone. */
  readonly deleted: readonly string[];
}

/** A push ended. */
export interface LivepushEnd {
  readonly outcome: LivepushOutcome;
  /** Milliseconds. */
  readonly durationMs: number;
  readonly copied: readonly FilesOfStage[];
  readonly deleted: readonly FilesOfStage[];
  readonly commands: readonly CommandRun[];
  /** The container's main process was restarted. */
  readonly restarted: boolean;
  /** Why a rebuild is required, or what failed; undefined for a command, which `commands` shows. */
  readonly reason: string | undefined;
}

/** The events of `Livepush`, each with the arguments of its listeners. */
export interface LivepushEvents {
  /** A `RUN` step starts in the container of a stage. */
  commandExecute: [event: { readonly stageIdx: number; readonly command: string }];
  /** It printed something. */
  commandOutput: [event: { readonly stageIdx: number; readonly output: CommandOutput }];
  /** It ended by itself. */
  commandReturn: [event: { readonly stageIdx: number; readonly returnCode: number; readonly command: string }];
  /** The main process was restarted. */
  containerRestart: [event: { readonly containerId: string }];
  /** A push was cancelled: its command was ended. */
  cancel: [];
  livepushStart: [event: LivepushStart];
  livepushEnd: [event: LivepushEnd];
  /** A push that `setupFsWatcher` started failed, or the files cannot be followed. */
  error: [error: Error];
}
