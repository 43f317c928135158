import type { Diagnostic } from '../diagnostics.js';
import { LivepushError } from '../errors.js';
import type { EventSink } from '../events.js';

/** Reports what there is to say about the user's files. */
export function reportDiagnostics(sink: EventSink, diagnostics: readonly Diagnostic[]): void {
  for (const { range, ...diagnostic } of diagnostics) {
    void sink({ type: 'diagnostic', ...diagnostic, ...(range && { line: range.line }) });
  }
}

/** Throws `dockerfile` when there is an error: nothing can be built then. */
export function throwOnErrors(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return;
  throw new LivepushError('dockerfile', `${errors === 1 ? 'One error' : `${errors} errors`} in the project's files.`, {
    hint: 'Nothing was started. Mend what is listed above, and start again.',
  });
}
