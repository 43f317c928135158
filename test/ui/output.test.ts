import { Writable } from 'node:stream';
import test from 'ava';
import { createOutput } from '../../src/ui/output.js';

test('a flush waits for a slow reader', async (t) => {
  const written: string[] = [];
  const slow = new Writable({
    write(chunk: Buffer, _encoding, done) {
      setImmediate(() => {
        written.push(chunk.toString());
        done();
      });
    },
  });
  const output = createOutput(slow);
  for (const text of ['a', 'b', 'c']) void output.write(text);
  await output.flush();
  t.is(written.join(''), 'abc');
});

test('writes to a reader that went away are dropped, and a flush does not wait for it', async (t) => {
  let attempts = 0;
  const broken = new Writable({
    write(_chunk, _encoding, done) {
      attempts += 1;
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const output = createOutput(broken);
  void output.write('a');
  await output.flush();
  void output.write('b');
  await output.flush();
  t.is(attempts, 1);
});
