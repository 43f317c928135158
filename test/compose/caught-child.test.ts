import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { catchChild, endOf, interruptOnAbort } from '../../src/compose/caught-child.js';

test('The process that a call starts is caught, and no other.', async (t) => {
  const { child, result } = catchChild(() => spawn('true'));
  t.is(child, result);
  t.is(catchChild(() => 'nothing').child, undefined);
  t.is(await endOf(result), 0);
});

test('A call that throws leaves nothing behind.', (t) => {
  t.throws(() => catchChild(() => JSON.parse('{')), { instanceOf: SyntaxError });
  const outside = spawn('true');
  t.not(catchChild(() => 1).child, outside);
});

test('A process that heeds SIGINT ends with it when the signal fires.', async (t) => {
  const child = spawn('sleep', ['60']);
  const abort = new AbortController();
  const stopListening = interruptOnAbort(child, abort.signal);
  abort.abort();
  t.deepEqual(await once(child, 'exit'), [null, 'SIGINT']);
  stopListening();
});

test('A process that does not heed SIGINT is killed.', async (t) => {
  const child = spawn('sh', ['-c', 'trap "" INT; echo ready; exec sleep 60']);
  await once(child.stdout, 'data');
  const abort = new AbortController();
  const stopListening = interruptOnAbort(child, abort.signal, 50);
  abort.abort();
  t.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  stopListening();
});

test('After it ended, the signal has no effect.', async (t) => {
  const child = spawn('true');
  const abort = new AbortController();
  const stopListening = interruptOnAbort(child, abort.signal, 1);
  await once(child, 'exit');
  stopListening();
  abort.abort();
  t.is(child.signalCode, null);
});
