import { getEventListeners } from 'node:events';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { engineUntil } from '../../src/docker/until-aborted.js';
import { RecordingEngine } from '../helpers/recording-engine.js';

const never = (): Promise<never> => new Promise(() => {});

test('A request that waits for an answer ends with the signal, and so does each one after it', async (t) => {
  const real = new RecordingEngine({ before: (call) => (call.includes('inspect') ? never() : undefined) });
  const abort = new AbortController();
  const engine = engineUntil(real, abort.signal);
  const container = engine.container('app');
  const asked = container.inspect();
  const reason = new Error('enough');
  abort.abort(reason);
  t.is(await t.throwsAsync(asked), reason);
  const calls = real.calls.length;
  t.is(await t.throwsAsync(container.start()), reason);
  t.is(await t.throwsAsync(engine.id()), reason);
  t.is(real.calls.length, calls, 'nobody was asked');
  t.notThrows(() => engine.close());
});

test('A process that runs is let go of, and a stream breaks off', async (t) => {
  const real = new RecordingEngine({
    exec: (_options, { stdin }) => new Promise((resolve) => stdin.on('close', () => resolve(0))),
    files: { '/big': { kind: 'file', content: 'x'.repeat(1 << 20) } },
  });
  const abort = new AbortController();
  const container = engineUntil(real, abort.signal).container('app');
  const process = await container.exec({ argv: ['sleep', '600'], stdin: true });
  const archive = await container.getArchive('/big');
  if (!archive) return t.fail();
  abort.abort();
  await t.throwsAsync(process.exit);
  await t.throwsAsync(buffer(archive), { name: 'AbortError' });
});

test('Removal can be spared, and answers come as they are before the signal', async (t) => {
  const real = new RecordingEngine({ images: { a: { id: 'sha256:1' } } });
  const abort = new AbortController();
  const engine = engineUntil(real, abort.signal, { sparesRemoval: true });
  t.like(await engine.inspectImage('a'), { id: 'sha256:1' });
  t.is(engine.host, 'localhost');
  const container = engine.container('app');
  abort.abort();
  await container.remove();
  t.true(real.calls.some((call) => call.includes('remove')));
});

test('However many requests go on at once, the signal has one listener', async (t) => {
  const answers: (() => void)[] = [];
  const real = new RecordingEngine({ before: () => new Promise((resolve) => answers.push(() => resolve(undefined))) });
  const abort = new AbortController();
  const container = engineUntil(real, abort.signal).container('app');
  const asked = Array.from({ length: 50 }, () => container.inspect());
  await new Promise(setImmediate);
  t.is(getEventListeners(abort.signal, 'abort').length, 1);
  for (const answer of answers) answer();
  t.is((await Promise.all(asked)).length, 50);
});
