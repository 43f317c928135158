import test from 'ava';
import { signalNumber } from '../../src/docker/signal-number.js';

test('A signal is known by its name, with SIG or without, and by its number.', (t) => {
  t.is(signalNumber('SIGTERM'), 15);
  t.is(signalNumber('hup'), 1);
  t.is(signalNumber('9'), 9);
  t.is(signalNumber('SIGRTMIN+3'), 37);
  t.is(signalNumber('RTMAX-1'), 63);
});

test('Anything else is none.', (t) => {
  for (const text of ['', 'SIG', 'SIGNOPE', '0', '65', 'SIGRTMAX+1', 'TERM TERM']) t.is(signalNumber(text), undefined);
});
