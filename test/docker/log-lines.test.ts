import { Readable } from 'node:stream';
import test from 'ava';
import type { LogLine } from '../../src/docker/engine.js';
import { LineSplitter, readLogLines, sinceAfter } from '../../src/docker/log-lines.js';

const split = (chunks: readonly Buffer[]): string[] => {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
};

const stamp = (second: number): string => `2026-01-02T03:04:0${second}.123456789Z`;
const show = ({ stream, time, text }: LogLine): string => `${stream} ${time} ${text}`;

test('lines come without their line ends, empty ones too', (t) => {
  t.deepEqual(split([Buffer.from('a\r\n\nb\n'), Buffer.from('c')]), ['a', '', 'b', 'c']);
});

test('a line end of two characters may be cut', (t) => {
  t.deepEqual(split([Buffer.from('a\r'), Buffer.from('\nb\n')]), ['a', 'b']);
});

test('a character may be cut by the end of a chunk', (t) => {
  const text = Buffer.from('grün 🚀\nzwei\n');
  const bytes = [...text].map((byte) => Buffer.from([byte]));
  t.deepEqual(split(bytes), ['grün 🚀', 'zwei']);
});

test('a line without end comes in parts, so that memory stays bounded', (t) => {
  const splitter = new LineSplitter();
  const parts = Array.from({ length: 64 }, () => splitter.push(Buffer.alloc(16 * 1024, 'x'))).flat();
  t.true(parts.length > 10);
  t.true(parts.every((part) => part.length <= 96 * 1024));
  t.is([...parts, ...splitter.end()].join('').length, 1024 * 1024);
});

test("a terminal's output has no frames", async (t) => {
  const lines: string[] = [];
  const source = Readable.from([Buffer.from(`${stamp(1)} one\r\n${stamp(2)} two\r\n`)]);
  await readLogLines(source, { tty: true, onLine: (line) => lines.push(show(line)) });
  t.deepEqual(lines, [`stdout ${stamp(1)} one`, `stdout ${stamp(2)} two`]);
});

test('framed output is split by stream, each frame has its time, the last line needs no line end', async (t) => {
  const frame = (stream: number, second: number, text: string): Buffer => {
    const payload = Buffer.from(`${stamp(second)} ${text}`);
    return Buffer.concat([Buffer.from([stream, 0, 0, 0, 0, 0, 0, payload.length]), payload]);
  };
  const all = Buffer.concat([frame(1, 1, 'on'), frame(2, 2, 'err\n'), frame(1, 3, 'e\n'), frame(1, 4, 'two')]);
  for (let size = 1; size <= all.length; size++) {
    const lines: string[] = [];
    const chunks: Buffer[] = [];
    for (let at = 0; at < all.length; at += size) chunks.push(all.subarray(at, at + size));
    await readLogLines(Readable.from(chunks), { tty: false, onLine: (line) => lines.push(show(line)) });
    t.deepEqual(lines, [`stderr ${stamp(2)} err`, `stdout ${stamp(3)} one`, `stdout ${stamp(4)} two`]);
  }
});

test('no more is read while the taker is behind', async (t) => {
  const taken: string[] = [];
  let catchUp = (): void => {};
  const onLine = ({ text }: { text: string }): Promise<void> => {
    taken.push(text);
    return new Promise((resolve) => {
      catchUp = resolve;
    });
  };
  const source = Readable.from([Buffer.from(`${stamp(1)} one\n${stamp(2)} two\n`)]);
  const done = readLogLines(source, { tty: true, onLine });
  await new Promise(setImmediate);
  t.deepEqual(taken, ['one']);
  catchUp();
  await new Promise(setImmediate);
  t.deepEqual(taken, ['one', 'two']);
  catchUp();
  await done;
});

test('since begins one nanosecond after the time stamp', (t) => {
  t.is(sinceAfter('1970-01-01T00:00:01.000000005Z'), '1.000000006');
  t.is(sinceAfter('1970-01-01T00:00:01.999999999Z'), '2.000000000');
  t.is(sinceAfter('1970-01-01T00:00:01Z'), '1.000000001');
  t.is(sinceAfter('1970-01-01T01:00:01.5+01:00'), '1.500000001');
  t.is(sinceAfter('yesterday'), undefined);
});
