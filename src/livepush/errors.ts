import type { Diagnostic } from '../diagnostics.js';
import { LivepushError, type LivepushErrorCode } from '../errors.js';

/** What else an error says. */
export interface ErrorDetails {
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

const known = ({ hint, cause }: ErrorDetails) => ({ ...(hint !== undefined && { hint }), cause });

/** An argument that makes no sense, such as a wrong number of stage images. */
export class InvalidArgumentError extends LivepushError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('usage', message, known(details));
    this.name = 'InvalidArgumentError';
  }
}

/** A Dockerfile that a build would refuse, or a directive that does not say what it was meant to. */
export class DockerfileParseError extends LivepushError {
  /** Of the first error, counted from 1. */
  readonly line: number;
  /** Of the first error, counted from 1. */
  readonly column: number;
  /** All that was found; at least one is an error. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const { message = 'The Dockerfile cannot be used.', hint, range } = errors[0] ?? {};
    const { line, column } = range ?? { line: 1, column: 1 };
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    super('dockerfile', `Dockerfile:${line}:${column}: ${message}${more}`, known({ hint }));
    this.name = 'DockerfileParseError';
    this.line = line;
    this.column = column;
    this.diagnostics = diagnostics;
  }
}

/** A container that a push needs is not running, or gone; or the instance was cleaned up. */
export class ContainerNotRunningError extends LivepushError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('container-lost', message, known(details));
    this.name = 'ContainerNotRunningError';
  }
}

/** Something that cannot be done in a running container. */
export class UnsupportedError extends LivepushError {
  constructor(message: string, details: ErrorDetails & { readonly code?: LivepushErrorCode } = {}) {
    super(details.code ?? 'container-refused', message, known(details));
    this.name = 'UnsupportedError';
  }
}

/** The change can only be had by building the image anew: build it, replace the container, and make a new instance. */
export class RebuildRequiredError extends UnsupportedError {
  /** Why replaying steps cannot do it. */
  readonly reason: string;

  constructor(reason: string, details: ErrorDetails = {}) {
    super(`The image has to be built anew: ${reason}.`, {
      hint: 'Build the image, replace the container, and start again with a new instance.',
      ...details,
    });
    this.name = 'RebuildRequiredError';
    this.reason = reason;
  }
}

/** A push failed for another reason than a command of the Dockerfile: `code` says of which kind it is. */
export class RuntimeError extends LivepushError {
  constructor(code: LivepushErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, known(details));
    this.name = 'RuntimeError';
  }
}

/** Whatever a request threw, as one of these. */
export function asThrown(error: unknown): unknown {
  if (!(error instanceof LivepushError) || error.constructor !== LivepushError) return error;
  const { code, message, hint } = error;
  if (code === 'container-lost') return new ContainerNotRunningError(message, { hint, cause: error });
  return new RuntimeError(code, message, { hint, cause: error });
}
