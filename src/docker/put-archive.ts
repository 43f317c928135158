import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { HandleContainer } from './docker-handle.js';

interface UploadOptions {
  /** Directory in the container. */
  readonly path: string;
  readonly tar: Readable;
  /** Makes the error of what the request threw. */
  readonly explain: (thrown: unknown) => Error;
  /** Makes the error of an upload that does not move. */
  readonly stuck: () => Error;
  /** Breaks the upload off: files may be there in part. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which it is given up. */
  readonly patience?: number;
}

/** Milliseconds without a byte after which nothing is expected any more. */
const PATIENCE = 10_000;

/**
 * Uploads a tar stream. An answer that comes before the end of the upload (the engine found a fault) ends the upload; a
 * fault of the stream itself ends the request, and it is this fault that is thrown as it is, never its echo in the request.
 */
export async function uploadArchive(
  target: Pick<HandleContainer, 'putArchive'>,
  { path, tar, explain, stuck, signal, patience = PATIENCE }: UploadOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const abort = new AbortController();
  const fault: { thrown?: unknown } = {};
  const giveUp = (thrown: unknown): void => {
    fault.thrown ??= thrown;
    abort.abort();
  };
  const onAbort = (): void => giveUp(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const stall = setTimeout(() => giveUp(stuck()), patience);
  const moving = Readable.from(
    noting(tar, () => stall.refresh()),
    { objectMode: false },
  );
  const watched = finished(moving, { writable: false }).catch(giveUp);
  try {
    const answer = await Promise.race([
      target.putArchive(moving, { path, abortSignal: abort.signal }),
      given(abort.signal),
    ]);
    // an answer that nobody reads keeps its connection, and with it a process that has nothing else to do
    if (answer instanceof Readable) answer.resume();
  } catch (refusal) {
    throw fault.thrown ?? explain(refusal);
  } finally {
    clearTimeout(stall);
    signal?.removeEventListener('abort', onAbort);
    // Without this a request that was answered early would keep its connection, and the stream its files.
    if (!moving.readableEnded) {
      abort.abort();
      moving.destroy();
      tar.destroy();
    }
    await watched;
  }
}

/** Rejects when the signal fires: an engine that does not answer would keep its request for ever. */
const given = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

async function* noting(tar: Readable, onChunk: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of tar) {
    onChunk();
    yield chunk;
  }
}
