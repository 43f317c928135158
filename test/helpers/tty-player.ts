// Feeds the display of a terminal with events from a file, each line `{"at": MS, "event": {...}}` or `{"at": MS, "key": "v"}`,
// then stays until a signal. Run in a terminal: node dist-test/test/helpers/tty-player.js FILE
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { LivepushEvent } from '../../src/events.js';
import { TtyDisplay } from '../../src/ui/tty/tty-display.js';

interface Line {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly event?: LivepushEvent;
  readonly key?: string;
}

const [file = ''] = process.argv.slice(2);
const { stdout, stderr, env } = process;
const display = new TtyDisplay({ stdout, stderr, env, now: () => new Date() });
const lines: Line[] = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
process.once('SIGINT', async () => {
  await display.close();
  process.exit(0);
});
process.on('exit', () => display.restore());
let now = 0;
for (const { at, event, key } of lines) {
  if (at > now) await delay(at - now);
  now = Math.max(now, at);
  if (event) await display.onEvent(event);
  if (key) display.press(key);
}
setInterval(() => {}, 10_000);
