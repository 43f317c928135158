import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { HandleContainer } from './docker-handle.js';

interface UploadOptions {
  /** Directory in the container. */
  readonly path: string;
  readonly tar: Readable;
  /** Makes the error of what the request threw. */
  readonly explain: (thrown: unknown) => Error;
}

/**
 * Uploads a tar stream. An answer that comes before the end of the upload (the engine found a fault) ends the upload; a
 * fault of the stream itself ends the request, and it is this fault that is thrown as it is, never its echo in the request.
 */
export async function uploadArchive(
  target: Pick<HandleContainer, 'putArchive'>,
  { path, tar, explain }: UploadOptions,
): Promise<void> {
  const abort = new AbortController();
  const source: { fault?: unknown } = {};
  const watched = finished(tar, { writable: false }).catch((fault: unknown) => {
    source.fault = fault;
    abort.abort();
  });
  try {
    const answer = await target.putArchive(tar, { path, abortSignal: abort.signal });
    // an answer that nobody reads keeps its connection, and with it a process that has nothing else to do
    if (answer instanceof Readable) answer.resume();
  } catch (refusal) {
    throw source.fault ?? explain(refusal);
  } finally {
    // Without this a request that was answered early would keep its connection, and the stream its files.
    if (!tar.readableEnded) {
      abort.abort();
      tar.destroy();
    }
    await watched;
  }
}
