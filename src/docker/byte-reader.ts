/** Bytes of a stream, as many at a time as are asked for. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  /** So many bytes, or fewer at the end; to be changed at will. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      const part = await this.next(missing);
      if (part.length === 0) break;
      missing -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  /** What there is next, at most so many bytes; none at the end. */
  async next(most = Number.POSITIVE_INFINITY): Promise<Buffer> {
    while (this.#held.length === 0) {
      const { done, value } = await this.#source.next();
      if (done) return this.#held;
      this.#held = value;
    }
    const part = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(part.length);
    return part;
  }
}
