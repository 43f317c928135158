import test from 'ava';
import { FrameDemuxer, type OutputName } from '../../src/docker/demux-frames.js';

function frame(stream: OutputName, text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

const collect = (chunks: readonly Buffer[]): Record<OutputName, string> => {
  const demuxer = new FrameDemuxer();
  const out = { stdout: '', stderr: '' };
  for (const chunk of chunks) {
    for (const { stream, data } of demuxer.push(chunk)) out[stream] += data.toString('latin1');
  }
  return out;
};

const all = Buffer.concat([
  frame('stdout', 'one'),
  frame('stderr', 'two'),
  frame('stdout', ''),
  frame('stdout', 'three'),
]);
const expected = { stdout: 'onethree', stderr: 'two' };

test('frames of one chunk go to their outputs', (t) => {
  t.deepEqual(collect([all]), expected);
});

test('frames may be cut anywhere', (t) => {
  for (let size = 1; size <= all.length; size++) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < all.length; at += size) chunks.push(all.subarray(at, at + size));
    t.deepEqual(collect(chunks), expected, `chunks of ${size}`);
  }
});

test('a payload is passed on before its frame is complete', (t) => {
  const demuxer = new FrameDemuxer();
  const half = frame('stderr', 'a long payload').subarray(0, 12);
  t.deepEqual(
    demuxer.push(half).map(({ stream, data }) => [stream, data.toString()]),
    [['stderr', 'a lo']],
  );
});
