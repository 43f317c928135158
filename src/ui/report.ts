import { inspect } from 'node:util';
import { LivepushError, messageOf } from '../errors.js';
import type { LivepushEvent } from '../events.js';

type DiagnosticEvent = Extract<LivepushEvent, { type: 'diagnostic' }>;

const reportIt = 'This is a bug in docker-livepush; please report it with the lines above.';

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** The text of a diagnostic: `warning: Dockerfile:3: message [web, code]`, and its hint on a second line. */
export function reportDiagnostic({ severity, file, line, message, code, service, hint }: DiagnosticEvent): string {
  const place = [file, file === undefined ? undefined : line].filter((part) => part !== undefined).join(':');
  const origin = service === undefined ? code : `${service}, ${code}`;
  return `${severity}: ${place && `${place}: `}${message} [${origin}]${hintLine(hint)}`;
}

/** The text of anything that was thrown, for stderr; the stack only if asked for, or if it is a bug of ours. */
export function reportError(thrown: unknown, { verbose }: { readonly verbose: boolean }): string {
  if (!(thrown instanceof LivepushError) || thrown.code === 'internal') {
    const hint = thrown instanceof LivepushError ? thrown.hint : undefined;
    const message = `error: This should not have happened: ${firstLine(messageOf(thrown))}`;
    return `${message}\n${inspect(thrown)}${hintLine(hint ?? reportIt)}`;
  }
  const stack = verbose ? `\n${inspect(thrown)}` : '';
  return `error: ${thrown.message}${causeLine(thrown)}${hintLine(thrown.hint)}${stack}`;
}

const hintLine = (hint: string | undefined): string => (hint === undefined ? '' : `\nhint: ${hint}`);

function causeLine(error: LivepushError): string {
  if (error.cause === undefined) return '';
  const cause = firstLine(messageOf(error.cause));
  return cause === '' || error.message.includes(cause) ? '' : `\ncause: ${cause}`;
}
