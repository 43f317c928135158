import { PassThrough } from 'node:stream';
import test from 'ava';
import { type KeyStream, readKeys } from '../../src/cli/keys.js';

/** Types a text into a terminal and collects what comes of it, up to a last key. */
async function type(text: string, last = 'x') {
  const modes: boolean[] = [];
  const stdin: KeyStream & PassThrough = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => modes.push(on),
  });
  const [keys, signals]: [string[], string[]] = [[], []];
  await new Promise<void>((resolve) => {
    const onKey = (key: string) => {
      if (key !== last) return keys.push(key);
      stop();
      return resolve();
    };
    const stop = readKeys({ stdin, onKey, onSignal: (signal) => signals.push(signal) });
    stdin.write(text);
  });
  stdin.write('r');
  return { keys, signals, modes, isPaused: stdin.isPaused() };
}

test('letters and digits are keys', async (t) => {
  t.deepEqual((await type('rP2x')).keys, ['r', 'P', '2']);
});

test('return, backspace and escape have names', async (t) => {
  t.deepEqual((await type('\r\n\u007f\u001b', 'escape')).keys, ['return', 'return', 'backspace']);
});

test('arrows, function keys and other sequences are no letters', async (t) => {
  t.deepEqual((await type('\u001b[A\u001bOP\u001b[1;5Crx')).keys, ['r']);
});

test('Ctrl-C, Ctrl-Z and Ctrl-\\ are what they are without raw mode', async (t) => {
  const { keys, signals } = await type('\u0003\u001a\u001cx');
  t.deepEqual([keys, signals], [[], ['SIGINT', 'SIGTSTP', 'SIGQUIT']]);
});

test('other control characters are nothing', async (t) => {
  const { keys, signals } = await type('\u0001\u0010\u0012x');
  t.deepEqual([keys, signals], [[], []]);
});

test('at its end the terminal is as it was', async (t) => {
  const { modes, isPaused } = await type('x');
  t.deepEqual([modes, isPaused], [[true, false], true]);
});
