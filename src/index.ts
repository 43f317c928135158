export type * from './compose/restart-setting.js';
export type { Diagnostic, Range, Severity } from './diagnostics.js';
export type { RawInspection } from './docker/container-info.js';
export type { DockerHandle, HandleContainer, HandleExec } from './docker/docker-handle.js';
export type { RawImage } from './docker/image-info.js';
export type { Modem, StreamedRequest } from './docker/streamed-request.js';
export { type LiveDockerfile, type LiveOptions, makeLive } from './dockerfile/live.js';
export type * from './dockerfile/model.js';
export { parseDockerfile } from './dockerfile/parse.js';
export { resolveStages } from './dockerfile/resolve.js';
export type { ResolveOptions } from './dockerfile/resolve-stage.js';
export { LivepushError, type LivepushErrorCode } from './errors.js';
export type { EventSink, LivepushEvent, PushOutcome, PushPhases, RestartMethod } from './events.js';
export { Dockerfile } from './livepush/dockerfile.js';
export {
  ContainerNotRunningError,
  DockerfileParseError,
  type ErrorDetails,
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
export type { Beneath, ContextLayer, StageLayer } from './plan/beneath.js';
export { type ContextEntry, type ContextTree, MutableTree } from './plan/context-tree.js';
export type { CopyMap, Destination, PlacedContent, Placement, Unpacked } from './plan/copy-map.js';
export { formatPlan, type PlanWords } from './plan/format-plan.js';
export type { MatchedSource, SourceRoot } from './plan/match-copy.js';
export type * from './plan/plan.js';
export { type PlanInput, planChanges } from './plan/plan-changes.js';
export { runProject } from './run-lazily.js';
export type { RunContext, RunOptions } from './run-project.js';
export type { SessionControl } from './session/control.js';
export type { ProjectOptions } from './session/open-compose.js';
export type { SessionOptions } from './session/run.js';
