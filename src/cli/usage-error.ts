import { LivepushError, messageOf } from '../errors.js';

/** What is known of the command that an error is about. */
export interface AboutCommand {
  /** Of a usage error that has none. */
  readonly hint: string;
  /** How the command is called: `explain PATH...`. */
  readonly synopsis: string | undefined;
}

/** Turns what the parser of the options has thrown into an error in our words; other errors stay as they are. */
export function usageErrorOf(thrown: unknown, { hint, synopsis }: AboutCommand): unknown {
  if (thrown instanceof LivepushError && thrown.code === 'usage' && thrown.hint === undefined) {
    return new LivepushError('usage', thrown.message, { hint, cause: thrown.cause });
  }
  if (!(thrown instanceof Error) || !('clipanion' in thrown)) return thrown;
  return new LivepushError('usage', inOurWords(reasonOf(thrown), synopsis), { hint });
}

/** The parser gives a reason for each command that might have been meant. */
function reasonOf(error: Error): string {
  if (!('candidates' in error) || !Array.isArray(error.candidates)) return messageOf(error);
  const reasons = error.candidates.map((candidate: { reason?: string | null }) => candidate.reason);
  return reasons.find((reason) => typeof reason === 'string') ?? 'These arguments make no sense together.';
}

function inOurWords(reason: string, synopsis: string | undefined): string {
  const unknown = /^(?:Unsupported|Invalid) option name \("(.*)"\)\.$/s.exec(reason);
  if (unknown?.[1]?.includes('=')) return `There is no such option, or it takes no value: ${unknown[1]}`;
  if (unknown) return `There is no option ${unknown[1]}.`;
  const noValue = /^Not enough arguments to option (.*)\.$/s.exec(reason);
  if (noValue) return `The option ${noValue[1]} needs a value.`;
  if (reason === 'Not enough positional arguments.')
    return synopsis === undefined ? 'An argument is missing.' : `An argument is missing: ${synopsis}`;
  return reason;
}
