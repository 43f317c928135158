import test from 'ava';
import type { LivepushEvent } from '../../src/events.js';
import { describePhases } from '../../src/ui/phases.js';
import { createPlainRenderer } from '../../src/ui/plain.js';
import { TextSink } from './text-stream.js';

const phases = { event: 0, quiet: 15.2, look: 0.4, wait: 0, plan: 3, copy: 6.1, run: 1840, restart: 38 };
const end: LivepushEvent = { type: 'livepushEnd', service: 'web', push: 3, outcome: 'done', durationMs: 1900, phases };

test('the phases of a push are told in their order, without those that took no time', (t) => {
  t.is(describePhases(phases), 'quiet window 15 ms, plan 3 ms, copy 6 ms, run 1.8 s, restart 38 ms');
});

for (const verbose of [true, false]) {
  test(`plain output ${verbose ? 'tells' : 'does not tell'} where the time went ${verbose ? 'with' : 'without'} --verbose`, async (t) => {
    const [stdout, stderr] = [new TextSink(), new TextSink()];
    const renderer = createPlainRenderer({ stdout, stderr, env: {}, now: () => new Date(), verbose });
    void renderer.onEvent(end);
    await renderer.close();
    t.regex(stdout.text, /push 3: done in 1\.9 s/);
    t.is(stdout.text.includes('quiet window 15 ms'), verbose);
  });
}
