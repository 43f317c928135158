import { LivepushError, messageOf } from '../errors.js';

/** What a request was about, for the error's sentence. */
export interface RequestSubject {
  /** The engine's address. */
  readonly address: string;
  /** What the user knows the container by, when the request was about one. */
  readonly container?: string;
}

const startHint = 'Start Docker, or point DOCKER_HOST or `docker context use` at a running engine.';

const property = (thrown: unknown, name: string): unknown =>
  typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, name) : undefined;

/** HTTP status of an answer that dockerode turned into an error; undefined when no answer came. */
export function statusOf(thrown: unknown): number | undefined {
  const status = property(thrown, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

/** The engine's own words in an error of dockerode: `(HTTP code 404) no such container - words `. */
export function engineWords(thrown: unknown): string {
  const inJson = property(property(thrown, 'json'), 'message');
  if (typeof inJson === 'string') return inJson.trim();
  const message = messageOf(thrown);
  return (/^\(HTTP code \d+\) .*? - (.*)$/s.exec(message)?.[1] ?? message).trim();
}

/** Turns whatever a request to the engine threw into an error for the user. */
export function toEngineError(thrown: unknown, subject: RequestSubject): LivepushError {
  if (thrown instanceof LivepushError) return thrown;
  return statusOf(thrown) === undefined ? connectionError(thrown, subject) : answerError(thrown, subject);
}

function connectionError(cause: unknown, { address }: RequestSubject): LivepushError {
  const unreachable = (message: string, hint: string): LivepushError =>
    new LivepushError('engine-unreachable', message, { hint, cause });
  const code = String(property(cause, 'code') ?? '');
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return unreachable(
        `The Docker engine at ${address} may not be used by this user.`,
        'Add the user to the "docker" group and log in again, or use rootless Docker.',
      );
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTSOCK':
      return unreachable(`No Docker engine answers at ${address}.`, startHint);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return unreachable(
        `The Docker engine at ${address} closed the connection.`,
        'Check that Docker is still running.',
      );
    case 'ABORT_ERR':
      return unreachable(
        `The Docker engine at ${address} does not answer.`,
        'Check that Docker is well: `docker info`.',
      );
    default:
      return unreachable(
        `The Docker engine at ${address} cannot be reached: ${messageOf(cause) || code}.`,
        'Check the address, the network and the certificates.',
      );
  }
}

function answerError(cause: unknown, { address, container }: RequestSubject): LivepushError {
  const words = engineWords(cause);
  const hint = hintOf(words);
  const about = container === undefined ? '' : ` for container ${container}`;
  if (container !== undefined && /no such container|no such exec instance|is not running|is restarting/i.test(words)) {
    return new LivepushError('container-lost', `Container ${container} is gone or not running: ${words}.`, { cause });
  }
  if (container !== undefined && /is paused/i.test(words)) return pausedError(container, cause);
  const [, program] = /exec: "([^"]*)": .*(?:no such file or directory|not found|permission denied)/i.exec(words) ?? [];
  if (container !== undefined && program !== undefined)
    return new LivepushError('container-refused', `Container ${container} cannot run ${program}: ${words}.`, { cause });
  if (/marked read-only|unable to find (?:user|group) /i.test(words)) {
    return new LivepushError('container-refused', `Container ${container} refused the operation: ${words}.`, {
      ...hint,
      cause,
    });
  }
  if (container !== undefined && /not a directory/i.test(words)) {
    const message = `Container ${container} has a file where a directory is needed: ${words}.`;
    return new LivepushError('container-refused', message, { cause });
  }
  if (/no such image/i.test(words))
    return new LivepushError('container-refused', `An image that pushes are made with is gone: ${words}.`, { cause });
  if (/HTTP request to an HTTPS server/i.test(words)) {
    const hint = 'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a context that has certificates.';
    return new LivepushError('engine-unreachable', `The Docker engine at ${address} wants TLS.`, { hint, cause });
  }
  return new LivepushError('engine-error', `The Docker engine answered with an error${about}: ${words}.`, { cause });
}

/** The error of an operation on a container that is paused. */
export const pausedError = (container: string, cause?: unknown): LivepushError =>
  new LivepushError('container-paused', `Container ${container} is paused.`, {
    hint: 'Unpause it with `docker unpause`: what it lacks is pushed then.',
    ...(cause !== undefined && { cause }),
  });

/** The error of an operation in which nothing has moved for too long. */
export const stuckError = (container: string, how: string): LivepushError =>
  new LivepushError('container-stuck', `Container ${container} ${how}: given up after 10 s.`, {
    hint: 'Look at it with `docker ps` and `docker stats`. What it lacks goes with the next push.',
  });

function hintOf(words: string): { readonly hint?: string } {
  if (/read-only/i.test(words)) return { hint: 'Set `read_only: false` (or a writable volume) for development.' };
  return {};
}
