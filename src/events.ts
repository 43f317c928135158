import type { Severity } from './diagnostics.js';

/** How a push ended. */
export type PushOutcome = 'done' | 'failed' | 'cancelled' | 'nothing';

/** How a main process was restarted. */
export type RestartMethod = 'container' | 'process' | 'signal';

/** Where the time of a push went, in milliseconds; together, the time since the first file event. */
export interface PushPhases {
  /** From the first file event to the last one of the burst. */
  readonly event: number;
  /** The quiet window: from the last file event until it had been quiet for long enough. */
  readonly quiet: number;
  /** Looking at the disk for what really changed. */
  readonly look: number;
  /** Waiting for the push before to end, or for a container to push to. */
  readonly wait: number;
  /** Finding out which steps are stale and what they do. */
  readonly plan: number;
  /** Writing and removing files. */
  readonly copy: number;
  /** Commands. */
  readonly run: number;
  /** Restarting main processes. */
  readonly restart: number;
}

interface OfService<Type extends string> {
  readonly type: Type;
  readonly service: string;
}

interface OfPush<Type extends string> extends OfService<Type> {
  /** Counts the pushes of the service from 1. */
  readonly push: number;
}

interface OfStage<Type extends string> extends OfPush<Type> {
  /** Number of the stage in the live Dockerfile, from 0. */
  readonly stageIdx: number;
}

interface OfCommand<Type extends string> extends OfStage<Type> {
  /** Replicas of a service run the same command at the same time. */
  readonly containerId: string;
}

interface CountOfFiles {
  readonly containerId: string;
  readonly count: number;
  /** Bytes of file content; 0 for deletions. */
  readonly bytes: number;
  /** True: just what steps leave differently each time, which is no reason to restart. */
  readonly incidental?: true;
}

/** Everything that the library reports. Names and fields are a public contract: other tools read them as JSON. */
export type LivepushEvent =
  | OfService<'buildStart'>
  | (OfService<'buildOutput'> & { readonly line: string })
  | (OfService<'buildEnd'> & {
      readonly ok: boolean;
      readonly durationMs: number;
      /** The services whose failure ended the build of this one, which did not fail itself. */
      readonly blockedBy?: readonly string[];
      /** True: the session came to its end in the middle of it. */
      readonly cancelled?: boolean;
    })
  | (OfService<'attached'> & {
      readonly containerIds: readonly string[];
      /** Names of the stages of the live Dockerfile that are kept up to date, the final one last. */
      readonly stages: readonly string[];
      readonly liveCommand: string | null;
      /** Where the published ports of the containers answer on this host; left out when there are none. */
      readonly urls?: readonly string[];
    })
  | { readonly type: 'ready'; readonly project: string; readonly services: readonly string[] }
  | (OfPush<'livepushStart'> & { readonly changed: readonly string[]; readonly deleted: readonly string[] })
  /** What a push would do, in a session that pushes nothing (dry run): one operation a line. */
  | (OfPush<'plan'> & { readonly lines: readonly string[] })
  | (OfStage<'filesCopied'> & CountOfFiles)
  | (OfStage<'filesDeleted'> & CountOfFiles)
  /** Sent while a large copy is under way, a few times a second. */
  | (OfStage<'filesCopying'> & { readonly containerId: string; readonly bytes: number; readonly totalBytes: number })
  | (OfCommand<'commandExecute'> & { readonly command: string })
  | (OfCommand<'commandOutput'> & { readonly stream: 'stdout' | 'stderr'; readonly data: string })
  | (OfCommand<'commandReturn'> & { readonly command: string; readonly returnCode: number })
  | (OfPush<'containerRestartStart'> & { readonly containerId: string })
  | (OfPush<'containerRestart'> & { readonly containerId: string; readonly method: RestartMethod })
  | OfPush<'cancel'>
  | (OfPush<'livepushEnd'> & {
      readonly outcome: PushOutcome;
      readonly durationMs: number;
      readonly phases?: PushPhases;
      /** Why the service is built anew now: replaying could not do it. */
      readonly rebuild?: string;
    })
  | (OfService<'rebuildStart'> & { readonly reason: string })
  | (OfService<'rebuildEnd'> & {
      readonly ok: boolean;
      readonly durationMs: number;
      /** True: the session came to its end in the middle of it. */
      readonly cancelled?: boolean;
    })
  | (OfService<'containerLost'> & { readonly containerId: string; readonly reason: string })
  /** The main process has ended by itself with an error; its container goes on, and the next push starts it again. */
  | (OfService<'processExit'> & { readonly containerId: string; readonly exitCode: number })
  | (OfService<'log'> & { readonly containerId: string; readonly stream: 'stdout' | 'stderr'; readonly line: string })
  | {
      readonly type: 'diagnostic';
      readonly service?: string;
      readonly severity: Severity;
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
      readonly file?: string;
      readonly line?: number;
    }
  | {
      readonly type: 'stopped';
      readonly reason: string;
      /** What becomes of the containers that were stopped, where something was pushed to them. */
      readonly next?: string;
    };

/**
 * Takes every event as it happens. Must not throw. A promise says that the taker is behind: the output of commands is held
 * back until it resolves.
 */
export type EventSink = (event: LivepushEvent) => Promise<void> | undefined;
