import test from 'ava';
import { whileAwake } from '../../src/engine/shell/while-awake.js';
import { RecordingEngine } from '../helpers/recording-engine.js';

const never = (): Promise<never> => new Promise(() => {});

test('A command that works in silence is waited for as long as its container is well', async (t) => {
  let looks = 0;
  let answer = (_value: string): void => {};
  const engine = new RecordingEngine({
    before: (call) => {
      if (call.includes('inspect') && ++looks === 3) answer('done');
    },
  });
  const command = new Promise<string>((resolve) => (answer = resolve));
  t.is(await whileAwake(engine.container('app'), command, 5), 'done');
  t.true(looks >= 3);
});

for (const [what, info, code] of [
  ['paused', { running: true, paused: true }, 'container-paused'],
  ['not running', { running: false, paused: false }, 'container-lost'],
] as const) {
  test(`It is given up in a container that is ${what}`, async (t) => {
    const engine = new RecordingEngine({ info });
    await t.throwsAsync(whileAwake(engine.container('app'), never(), 5), { code });
  });
}

test('It is given up when the engine does not answer either', async (t) => {
  const engine = new RecordingEngine({ before: (call) => (call.includes('inspect') ? never() : undefined) });
  await t.throwsAsync(whileAwake(engine.container('app'), never(), 5), { code: 'container-stuck' });
});

test('A command that fails is not looked after', async (t) => {
  const engine = new RecordingEngine();
  await t.throwsAsync(whileAwake(engine.container('app'), Promise.reject(new Error('no')), 1000), { message: 'no' });
  t.deepEqual(engine.calls, []);
});
