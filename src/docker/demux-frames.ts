/** Which of its two outputs a process wrote to. */
export type OutputName = 'stdout' | 'stderr';

/** A piece of one output; a frame of the engine may come in several pieces. */
export interface OutputPiece {
  readonly stream: OutputName;
  readonly data: Buffer;
  /** A frame begins with it. */
  readonly first: boolean;
}

const headerSize = 8;
const stderrNumber = 2;

/**
 * Takes apart the engine's multiplexed stream: frames of 8 bytes (stream number, three zeros, length as 32 bits, big endian) and
 * a payload. Keeps nothing but a header that is not complete yet.
 */
export class FrameDemuxer {
  #header: Buffer = Buffer.alloc(0);
  #stream: OutputName = 'stdout';
  #missing = 0;
  #first = false;

  push(chunk: Buffer): OutputPiece[] {
    const pieces: OutputPiece[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#missing === 0) {
        rest = this.#takeHeader(rest);
        continue;
      }
      const data = rest.subarray(0, this.#missing);
      this.#missing -= data.length;
      rest = rest.subarray(data.length);
      pieces.push({ stream: this.#stream, data, first: this.#first });
      this.#first = false;
    }
    return pieces;
  }

  #takeHeader(chunk: Buffer): Buffer {
    const taken = chunk.subarray(0, headerSize - this.#header.length);
    this.#header = Buffer.concat([this.#header, taken]);
    if (this.#header.length === headerSize) {
      this.#stream = this.#header[0] === stderrNumber ? 'stderr' : 'stdout';
      this.#missing = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
      this.#first = true;
    }
    return chunk.subarray(taken.length);
  }
}
