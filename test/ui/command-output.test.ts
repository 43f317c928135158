import test from 'ava';
import type { LivepushEvent } from '../../src/events.js';
import { CommandOutput } from '../../src/ui/command-output.js';

const output = (data: string, { stageIdx = 0, service = 'web', containerId = 'c1' } = {}): LivepushEvent => ({
  type: 'commandOutput',
  service,
  push: 1,
  stageIdx,
  containerId,
  stream: 'stdout',
  data,
});
const returned: LivepushEvent = {
  type: 'commandReturn',
  service: 'web',
  push: 1,
  stageIdx: 0,
  containerId: 'c1',
  command: 'x',
  returnCode: 0,
};

const texts = (commands: CommandOutput, ...events: LivepushEvent[]): string[] =>
  events.flatMap((event) => [...commands.whole(event)]).map((event) => ('data' in event ? event.data : event.type));

test('a line is shown when it is whole, however it was cut', (t) => {
  t.deepEqual(texts(new CommandOutput(), output('a'), output('b\nc'), output('\n\n')), ['ab', 'c', '']);
});

test('what is left is shown before the return of its own command', (t) => {
  const commands = new CommandOutput();
  t.deepEqual(texts(commands, output('other stage', { stageIdx: 1 }), output('left'), returned), [
    'left',
    'commandReturn',
  ]);
  const end: LivepushEvent = { type: 'livepushEnd', service: 'web', push: 1, outcome: 'cancelled', durationMs: 1 };
  t.deepEqual(texts(commands, output('elsewhere', { service: 'web2' }), end), ['other stage', 'livepushEnd']);
});

test('the lines of replicas are not mixed', (t) => {
  const commands = new CommandOutput();
  const other = { containerId: 'c2' };
  t.deepEqual(texts(commands, output('a'), output('b', other), output('1\n'), output('2\n', other)), ['a1', 'b2']);
  t.deepEqual(texts(commands, output('left', other), returned), ['commandReturn']);
});

test('a line without an end is shown in pieces', (t) => {
  const shown = texts(new CommandOutput(), ...Array.from({ length: 20 }, () => output('.'.repeat(1000))));
  t.deepEqual(
    shown.map(({ length }) => length),
    [17_000],
  );
});
