// The display of a terminal with its keys, without an engine: shows the events of a file, one JSON object a line, and
// says what its keys ask for. `p` crashes it.
import { readFileSync } from 'node:fs';
import { TerminalDisplay } from '../../src/cli/terminal-display.js';
import { terminalHost } from '../../src/cli/terminal-host.js';
import type { LivepushEvent } from '../../src/events.js';
import type { SessionControl } from '../../src/session/control.js';

const [file = ''] = process.argv.slice(2);
const { stdin, stdout, stderr, env } = process;
const surroundings = { stdin, terminal: terminalHost(process) };
const options = { stdout, stderr, env, now: () => new Date() };
const display = new TerminalDisplay(surroundings, options, () => void end(0));

async function end(exitCode: number): Promise<void> {
  await display.close();
  process.exit(exitCode);
}

const say = (line: string): unknown =>
  display.onEvent({ type: 'log', service: 'player', containerId: 'c', stream: 'stdout', line });

const control: SessionControl = {
  services: [],
  paused: false,
  pause: () =>
    void setImmediate(() => {
      throw new Error('a crash on demand');
    }),
  resume: () => say('resumed'),
  rebuild: async (service) => void say(`asked to rebuild ${service}`),
};

process.on('SIGINT', () => void end(130));
for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  const event: LivepushEvent = JSON.parse(line);
  void display.onEvent(event);
}
display.offer(control);
setInterval(() => {}, 60_000); // a session has files and containers to wait for
