import { Readable } from 'node:stream';
import { contentSize, type TarEntry, type TarFile } from '../../docker/tar-entry.js';

/** Bytes from which a copy tells how far it is. */
const LARGE = 8 * 1024 * 1024;

/** Milliseconds from one telling to the next. */
const INTERVAL = 250;

interface ProgressOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  readonly onProgress: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
}

/** The same files; while they are read to be sent, and are many bytes in all, it is told how far that is. */
export function reportingProgress(
  entries: readonly TarEntry[],
  { clock, onProgress }: ProgressOptions,
): readonly TarEntry[] {
  const totalBytes = entries.reduce((sum, entry) => sum + contentSize(entry), 0);
  if (totalBytes < LARGE) return entries;
  let bytes = 0;
  let toldAt = clock();
  const onBytes = (count: number): void => {
    bytes += count;
    if (clock() - toldAt < INTERVAL) return;
    toldAt = clock();
    onProgress({ bytes, totalBytes });
  };
  return entries.map((entry) => (entry.kind === 'file' && 'open' in entry ? counted(entry, onBytes) : entry));
}

const counted = (file: TarFile, onBytes: (count: number) => void): TarFile => ({
  ...file,
  open: () => Readable.from(passed(file.open(), onBytes), { objectMode: false }),
});

async function* passed(content: Readable, onBytes: (count: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    onBytes(chunk.length);
    yield chunk;
  }
}
