import type { LivepushErrorCode } from '../errors.js';

/** What the process reports to its caller; a public contract. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

/** One of the exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code for an error. */
export function exitCodeOf(code: LivepushErrorCode): ExitCode {
  switch (code) {
    case 'usage':
    case 'compose-file':
      return exitCodes.usage;
    case 'engine-unreachable':
    case 'engine-error':
    case 'compose-missing':
      return exitCodes.unreachable;
    case 'project-held':
    case 'dockerfile':
    case 'build-failed':
    case 'up-failed':
    case 'container-lost':
    case 'container-refused':
    case 'container-paused':
    case 'container-stuck':
    case 'context-file':
    case 'copy-source-missing':
    case 'plugin-link':
    case 'internal':
      return exitCodes.failed;
  }
}
