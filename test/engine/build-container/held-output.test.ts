import test from 'ava';
import { HeldOutput } from '../../../src/engine/build-container/held-output.js';

const told = (holds: boolean) => {
  const lines: string[] = [];
  const output = new HeldOutput((stream, data) => void lines.push(`${stream} ${data}`), { holds });
  return { lines, output };
};

test('output goes on as it comes where there is no reason to hold it', (t) => {
  const { lines, output } = told(false);
  void output.say('stdout', 'a');
  t.deepEqual(lines, ['stdout a']);
  t.false(output.isHeld);
});

test('output that is held is told in order when it is released, or never', (t) => {
  const { lines, output } = told(true);
  void output.say('stdout', 'a');
  void output.say('stderr', 'b');
  t.deepEqual(lines, []);
  t.true(output.isHeld);
  void output.release();
  void output.say('stdout', 'c');
  t.deepEqual(lines, ['stdout a', 'stderr b', 'stdout c']);
});

test('what is held is bounded', (t) => {
  const { lines, output } = told(true);
  for (let i = 0; i < 10; i++) void output.say('stdout', 'x'.repeat(100_000));
  t.false(output.isHeld);
  t.is(lines.length, 10);
});
