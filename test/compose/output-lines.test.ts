import test from 'ava';
import { plainLine, splitLines } from '../../src/compose/output-lines.js';

function linesOf(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(Buffer.from(chunk));
  splitter.end();
  return lines;
}

test('Lines are handed out whatever the chunks are.', (t) => {
  t.deepEqual(linesOf('a\nb', 'c\n', 'd'), ['a', 'bc', 'd']);
  t.deepEqual(linesOf('a\n\nb\n'), ['a', '', 'b']);
  t.deepEqual(linesOf(), []);
});

test('A carriage return ends a line, and together with a line feed just one.', (t) => {
  t.deepEqual(linesOf('10%\r20%\r\ndone\n'), ['10%', '20%', 'done']);
  t.deepEqual(linesOf('a\r', '\nb\r', 'c\r'), ['a', 'b', 'c']);
});

test('A character that is cut in two by chunks is put together.', (t) => {
  const bytes = Buffer.from('naïve ✓\n');
  const everyByte = [...bytes].map((byte) => Buffer.of(byte));
  t.deepEqual(linesOf(...everyByte), ['naïve ✓']);
});

test('A line of the logger becomes its message.', (t) => {
  const line = 'time="2026-01-02T03:04:05Z" level=warning msg="The \\"X\\" variable is not set."';
  t.deepEqual(plainLine(line), { text: 'The "X" variable is not set.', level: 'warning' });
  t.deepEqual(plainLine('time="x" level=fatal msg=no'), { text: 'no', level: 'fatal' });
  t.deepEqual(plainLine('#5 DONE 0.1s'), { text: '#5 DONE 0.1s', level: undefined });
});
