import test from 'ava';
import { OutputTail } from '../../src/ui/output-tail.js';

test('only the end of a long output is kept, for each service by itself', (t) => {
  const tail = new OutputTail();
  tail.before({ type: 'buildStart', service: 'web' });
  for (let i = 0; i < 80; i++) tail.before({ type: 'buildOutput', service: 'web', line: `${i}` });
  tail.before({ type: 'buildOutput', service: 'api', line: 'of api' });
  const kept = tail.before({ type: 'buildEnd', service: 'web', ok: false, durationMs: 1 });
  t.deepEqual(
    kept.map((event) => 'line' in event && event.line),
    Array.from({ length: 50 }, (_, i) => `${i + 30}`),
  );
});

test('the output of an earlier command is forgotten when the next one starts', (t) => {
  const tail = new OutputTail();
  const at = { service: 'web', push: 1, stageIdx: 0, containerId: 'c1' };
  tail.before({ type: 'commandOutput', ...at, stream: 'stdout', data: 'old' });
  tail.before({ type: 'commandExecute', ...at, command: 'x' });
  t.deepEqual(tail.before({ type: 'commandReturn', ...at, command: 'x', returnCode: 1 }), []);
});
