/**
 * What can go wrong outside of the user's own files and commands. Faults in those are diagnostics or outcome events.
 *
 * - `usage`: wrong options or an unknown service name.
 * - `compose-file`: no compose file, or one that compose cannot read.
 * - `dockerfile`: a Dockerfile is missing or cannot be parsed; its diagnostics say where.
 * - `engine-unreachable`: no Docker engine answered.
 * - `compose-missing`: the compose plugin is not there or too old.
 * - `project-held`: another session has the project; the message says which.
 * - `build-failed`, `up-failed`: compose ran and reported a failure of the user's project.
 * - `container-lost`: a container went away while it was needed.
 * - `container-refused`: a container cannot take an operation (read-only root file system, no shell where one is needed).
 * - `container-paused`: a container is paused, and takes the operation when it is not.
 * - `container-stuck`: an operation in a container did not move for 10 s; what it lacks goes with the next push.
 * - `context-file`: a file of the build context could not be read.
 * - `copy-source-missing`: a stage does not hold what a step copies from it by name.
 * - `plugin-link`: the link by which the Docker CLI finds the plugin cannot be made or removed.
 * - `engine-error`: the engine answered a request with an error nobody expected.
 * - `internal`: a bug.
 */
export type LivepushErrorCode =
  | 'usage'
  | 'compose-file'
  | 'dockerfile'
  | 'engine-unreachable'
  | 'compose-missing'
  | 'project-held'
  | 'build-failed'
  | 'up-failed'
  | 'container-lost'
  | 'container-refused'
  | 'container-paused'
  | 'container-stuck'
  | 'context-file'
  | 'copy-source-missing'
  | 'plugin-link'
  | 'engine-error'
  | 'internal';

/** An error for the user: what failed (`message`), and what to do about it (`hint`). Keeps its cause. */
export class LivepushError extends Error {
  readonly code: LivepushErrorCode;
  readonly hint: string | undefined;

  constructor(code: LivepushErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LivepushError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
