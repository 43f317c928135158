// The interface of the `livepush` package: what it documents, under the same names.

// The extended interface: the parts that it is made of.
export type { Diagnostic, Range, Severity } from './diagnostics.js';
export { makeLive } from './dockerfile/live.js';
export { parseDockerfile } from './dockerfile/parse.js';
export { resolveStages } from './dockerfile/resolve.js';
export { LivepushError, type LivepushErrorCode } from './errors.js';
export type { EventSink, LivepushEvent, PushOutcome, RestartMethod } from './events.js';
export { Dockerfile } from './livepush/dockerfile.js';
export {
  ContainerNotRunningError,
  DockerfileParseError,
  InvalidArgumentError,
  RebuildRequiredError,
  RuntimeError,
  UnsupportedError,
} from './livepush/errors.js';
export type {
  CommandOutput,
  CommandRun,
  FilesOfStage,
  LivepushEnd,
  LivepushEvents,
  LivepushOutcome,
  LivepushStart,
} from './livepush/events.js';
export { type FsWatcher, type FsWatcherOpts, setupFsWatcher } from './livepush/fs-watcher.js';
export { Livepush, Livepush as default, type LivepushConstructOpts } from './livepush/livepush.js';
export { MutableTree } from './plan/context-tree.js';
export { formatPlan } from './plan/format-plan.js';
export { planChanges } from './plan/plan-changes.js';
export type { RunContext, RunOptions } from './run-project.js';

import type { RunContext, RunOptions } from './run-project.js';

/**
 * Brings a compose project up in live mode and keeps its containers up to date until the signal fires; then stops what
 * it started and removes what it made. Throws `LivepushError`, after the same cleaning up.
 */
export async function runProject(options: RunOptions, context: RunContext): Promise<void> {
  // loaded when it is called: pushing into a container that is there needs neither compose nor a Docker client of its own
  const { runProject: run } = await import('./run-project.js');
  await run(options, context);
}
