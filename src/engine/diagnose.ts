import type { Diagnostic } from '../diagnostics.js';
import { LivepushError, messageOf } from '../errors.js';
import type { EventSink } from '../events.js';
import { ColdCache, StepFailed } from './operations/run.js';

interface Reporting {
  readonly service: string;
  readonly sink: EventSink;
}

/** Tells of an error that ended a push. The user has seen a failed step's command, output and code already. */
export function diagnose(error: unknown, { service, sink }: Reporting): void {
  if (error instanceof StepFailed || error instanceof ColdCache) return;
  const { code, hint } = error instanceof LivepushError ? error : { code: 'internal', hint: undefined };
  void sink({ type: 'diagnostic', service, severity: 'error', code, message: messageOf(error), ...(hint && { hint }) });
}

/** Tells of faults in the user's files that keep a plan from being made. */
export function reportFaults(diagnostics: readonly Diagnostic[], { service, sink }: Reporting): void {
  for (const { range, ...diagnostic } of diagnostics)
    void sink({ type: 'diagnostic', service, ...diagnostic, ...(range && { line: range.line }) });
}
