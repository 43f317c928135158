import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { FrameDemuxer, type OutputName, type OutputPiece } from './demux-frames.js';

const longestLine = 64 * 1024;

/** Makes lines of chunks of bytes. A character may be cut by a chunk's end; a line of more than 65536 characters comes in parts. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';

  /** The lines that are complete, without their line ends (`\n` or `\r\n`). */
  push(chunk: Buffer): string[] {
    const lines = (this.#pending + this.#decoder.write(chunk)).split('\n');
    this.#pending = lines.pop() ?? '';
    const complete = lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    return this.#pending.length > longestLine ? [...complete, this.#takePending()] : complete;
  }

  /** The last line when it has no line end. */
  end(): string[] {
    this.#pending += this.#decoder.end();
    return this.#pending === '' ? [] : [this.#takePending()];
  }

  #takePending(): string {
    const line = this.#pending;
    this.#pending = '';
    return line;
  }
}

interface LogLineOptions {
  /** A terminal's output is one stream without frames. */
  readonly tty: boolean;
  readonly onLine: (stream: OutputName, line: string) => void;
}

/** Reads an engine's log stream to its end, line by line. */
export async function readLogLines(source: Readable, { tty, onLine }: LogLineOptions): Promise<void> {
  const demuxer = new FrameDemuxer();
  const splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  const piecesOf = (chunk: Buffer): OutputPiece[] => (tty ? [{ stream: 'stdout', data: chunk }] : demuxer.push(chunk));
  for await (const chunk of source) {
    for (const { stream, data } of piecesOf(chunk)) {
      for (const line of splitters[stream].push(data)) onLine(stream, line);
    }
  }
  for (const line of splitters.stdout.end()) onLine('stdout', line);
  for (const line of splitters.stderr.end()) onLine('stderr', line);
}

/**
 * The engine's `since` (seconds, a dot, nine digits) for an ISO 8601 time stamp with up to nine digits after the dot. The
 * engine includes the moment itself, so one nanosecond is added to begin after it. Undefined when it is no time stamp.
 */
export function sinceAfter(timestamp: string): string | undefined {
  const seconds = Math.floor(Date.parse(timestamp.replace(/\.\d+/, '')) / 1000);
  if (Number.isNaN(seconds)) return undefined;
  const digits = /\.(\d{1,9})/.exec(timestamp)?.[1] ?? '';
  const nanoseconds = BigInt(seconds) * 1_000_000_000n + BigInt(digits.padEnd(9, '0')) + 1n;
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
}
