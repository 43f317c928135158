import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { FrameDemuxer, type OutputName, type OutputPiece } from './demux-frames.js';
import type { LogLine } from './engine.js';

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
  /** A promise says that the taker is behind: no more is read until it resolves. */
  readonly onLine: (line: LogLine) => unknown;
}

/** Reads an engine's log stream with time stamps to its end, line by line. */
export const readLogLines = (source: Readable, { tty, onLine }: LogLineOptions): Promise<void> =>
  tty ? readTerminalLines(source, onLine) : readFramedLines(source, onLine);

async function readFramedLines(source: Readable, onLine: LogLineOptions['onLine']): Promise<void> {
  const demuxer = new FrameDemuxer();
  const outputs = { stdout: new StampedOutput(), stderr: new StampedOutput() };
  const pass = async (stream: OutputName, lines: readonly string[]): Promise<void> => {
    for (const text of lines) await onLine({ stream, text, time: outputs[stream].time });
  };
  for await (const chunk of source) {
    for (const piece of demuxer.push(chunk)) await pass(piece.stream, outputs[piece.stream].push(piece));
  }
  await pass('stdout', outputs.stdout.end());
  await pass('stderr', outputs.stderr.end());
}

/** The time stamp of each frame, and the space behind it. */
const stampSize = '2006-01-02T15:04:05.000000000Z '.length;

/** One output whose frames begin with a time stamp each: a long line comes in several of them. */
class StampedOutput {
  readonly #splitter = new LineSplitter();
  #stamp = '';
  /** Of the last frame. */
  time = '';

  push({ data, first }: OutputPiece): string[] {
    if (first) this.#stamp = '';
    const rest = data.subarray(Math.min(data.length, stampSize - this.#stamp.length));
    this.#stamp += data.toString('latin1', 0, data.length - rest.length);
    if (this.#stamp.length === stampSize) this.time = this.#stamp.trimEnd();
    return this.#splitter.push(rest);
  }

  end(): string[] {
    return this.#splitter.end();
  }
}

const stampedLine = /^(\S+Z) (.*)$/s;

async function readTerminalLines(source: Readable, onLine: LogLineOptions['onLine']): Promise<void> {
  const splitter = new LineSplitter();
  let last = '';
  const pass = async (lines: readonly string[]): Promise<void> => {
    for (const line of lines) {
      const [, time = last, text = line] = stampedLine.exec(line) ?? [];
      last = time;
      await onLine({ stream: 'stdout', text, time });
    }
  };
  for await (const chunk of source) await pass(splitter.push(chunk));
  await pass(splitter.end());
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
