export type { Diagnostic, Range, Severity } from './diagnostics.js';
export { LivepushError, type LivepushErrorCode } from './errors.js';
export type { EventSink, LivepushEvent, PushOutcome, RestartMethod } from './events.js';
export { type RunContext, type RunOptions, runProject } from './run-project.js';
