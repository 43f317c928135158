/** Bytes that are handed on together: of an archive, a small file alone would be three chunks, and each a write to the engine. */
export const PIECE = 64 * 1024;

/** The same bytes in chunks of at least `PIECE` bytes, but for the last one. */
export async function* inPieces(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('The chunks have to be bytes.');
    held.push(chunk);
    size += chunk.length;
    if (size < PIECE) continue;
    yield held.length === 1 ? chunk : Buffer.concat(held, size);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held, size);
}
