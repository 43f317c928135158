import { EventEmitter, once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { type InterruptSources, interruptible } from '../../src/cli/interrupt.js';

const setUp = (pluginSocket?: string) => {
  const signals = new EventEmitter();
  const stdout = new PassThrough();
  const state = { now: 0, ended: 0 };
  const endNow = () => {
    state.ended += 1;
  };
  const sources: InterruptSources = { signals, stdout, pluginSocket, clock: () => state.now, endNow };
  /** Runs until aborted, and then until `release` is emitted. */
  const release = new EventEmitter();
  const run = async (signal: AbortSignal): Promise<string> => {
    await once(signal, 'abort');
    await once(release, 'release');
    return signal.reason.message;
  };
  return { sources, signals, stdout, state, release: () => release.emit('release'), run };
};

/** Lets what is due happen: the command goes on after its signal. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`${name} aborts the command, which ends in its own time`, async (t) => {
    const { sources, signals, state, release, run } = setUp();
    const result = interruptible(sources, run);
    signals.emit(name, name);
    await turn();
    release();
    t.is(await result, `interrupted by ${name}`);
    t.is(state.ended, 0);
  });
}

test('a second signal ends the process, but not one that came with the first', async (t) => {
  const { sources, signals, state, release, run } = setUp();
  const result = interruptible(sources, run);
  signals.emit('SIGINT', 'SIGINT');
  state.now = 20;
  signals.emit('SIGINT', 'SIGINT');
  t.is(state.ended, 0);
  state.now = 600;
  signals.emit('SIGTERM', 'SIGTERM');
  t.is(state.ended, 1);
  await turn();
  release();
  t.is(await result, 'interrupted by SIGINT');
});

test('a reader of the output that went away aborts the command', async (t) => {
  const { sources, stdout, release, run } = setUp();
  const result = interruptible(sources, run);
  stdout.emit('error', new Error('write EPIPE'));
  await turn();
  release();
  t.is(await result, 'the reader of the output is gone');
});

test('nothing is listened to any more after the command', async (t) => {
  const { sources, signals, stdout } = setUp();
  await t.throwsAsync(
    interruptible(sources, () => Promise.reject(new Error('failed'))),
    { message: 'failed' },
  );
  t.deepEqual(signals.eventNames(), []);
  t.is(stdout.listenerCount('error'), 0);
});

test('the Docker CLI closing its socket aborts the command, and a Ctrl-C with it is only the first', async (t) => {
  const path = join(tmpdir(), `livepush-test-${process.pid}.sock`);
  const server = createServer().listen(path);
  await once(server, 'listening');
  const { sources, signals, state, release, run } = setUp(path);
  const connection = once(server, 'connection') as Promise<[Socket]>;
  const aborted = new EventEmitter();
  const result = interruptible(sources, (signal) => {
    signal.addEventListener('abort', () => aborted.emit('aborted'));
    return run(signal);
  });
  const [socket] = await connection;
  const abort = once(aborted, 'aborted');
  socket.destroy();
  await abort;
  state.now = 400;
  signals.emit('SIGINT', 'SIGINT');
  await turn();
  release();
  t.is(await result, 'the Docker CLI was stopped');
  t.is(state.ended, 0);
  server.close();
});

test('a Docker CLI that was gone before we looked aborts the command', async (t) => {
  const reason = async (address: string) => {
    const { sources } = setUp(address);
    return interruptible(sources, async (signal) => {
      await once(signal, 'abort');
      return signal.reason.message;
    });
  };
  t.is(await reason(join(tmpdir(), 'livepush-test-no-such.sock')), 'the Docker CLI was stopped');
  t.is(await reason('@livepush-test-no-such'), 'the Docker CLI was stopped');
});
