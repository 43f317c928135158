import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import type { LivepushEvent } from '../../src/events.js';
import { chooseRenderer, type ProgressStyle, styleOf } from '../../src/ui/choose-renderer.js';
import { TextSink } from './text-stream.js';
import { ShownDisplay } from './tty/shown-display.js';

const folder = 'fixtures/ui';

const utc = () => new Date(Date.UTC(2026, 0, 2, 14, 2, 7, 31));
const local = () => new Date(2026, 0, 2, 14, 2, 7);

/** `plain.txt` is what comes on stdout, `plain.stderr.txt` what comes on stderr; no file: nothing comes. */
const golden = (scenario: string, name: string): string => {
  const file = `${folder}/${scenario}/${name}.txt`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

for (const scenario of readdirSync(folder)) {
  const events: LivepushEvent[] = JSON.parse(readFileSync(`${folder}/${scenario}/events.json`, 'utf8'));

  for (const style of ['plain', 'json', 'quiet'] as const satisfies ProgressStyle[]) {
    test(`the ${style} renderer shows ${scenario} as its golden file does`, async (t) => {
      const [stdout, stderr] = [new TextSink(), new TextSink()];
      const renderer = chooseRenderer({ style, stdout, stderr, env: {}, now: style === 'json' ? utc : local });
      for (const event of events) void renderer.onEvent(event);
      await renderer.close();

      t.is(stdout.text, golden(scenario, style));
      t.is(stderr.text, golden(scenario, `${style}.stderr`));
    });
  }

  test(`the screen of a terminal shows ${scenario} as its golden file does`, async (t) => {
    const shown = new ShownDisplay();
    await shown.play(...events.filter(({ type }) => type !== 'stopped'));
    t.is(await shown.screen(), golden(scenario, 'tty'));
    await shown.display.close();
  });

  test(`every line of the JSON of ${scenario} is an object that starts with time and type, and is the event`, (t) => {
    const lines = golden(scenario, 'json').split('\n').slice(0, -1);
    t.is(lines.length, events.length);
    for (const [i, line] of lines.entries()) {
      const { time, ...event } = JSON.parse(line);
      t.deepEqual(Object.keys(JSON.parse(line)).slice(0, 2), ['time', 'type']);
      t.is(time, '2026-01-02T14:02:07.031Z');
      t.deepEqual(event, events[i]);
    }
  });

  test(`no control character gets out of ${scenario} into plain or quiet text`, (t) => {
    for (const name of ['plain', 'plain.stderr', 'quiet', 'quiet.stderr']) {
      t.notRegex(golden(scenario, name), /(?![\t\n])\p{Cc}/u);
    }
  });
}

test('plain lines are coloured in a terminal', async (t) => {
  const stdout = new TextSink({ isTTY: true });
  const renderer = chooseRenderer({ style: 'plain', stdout, stderr: new TextSink(), env: {}, now: local });
  void renderer.onEvent({ type: 'log', service: 'web', containerId: 'c', stream: 'stdout', line: 'hello' });
  await renderer.close();
  t.is(stdout.text, '14:02:07 \u001b[36mweb  | \u001b[0mhello\n');
});

test('auto is the display in a terminal, and plain lines in a pipe, in CI and in a dumb terminal', (t) => {
  const style = (isTTY: boolean, env: NodeJS.ProcessEnv) => styleOf('auto', { stdout: new TextSink({ isTTY }), env });
  t.is(style(true, { TERM: 'xterm-256color' }), 'tty');
  t.is(style(true, { TERM: 'xterm-256color', NO_COLOR: '1' }), 'tty');
  t.is(style(false, { TERM: 'xterm-256color', FORCE_COLOR: '1' }), 'plain');
  t.is(style(true, { TERM: 'xterm-256color', CI: 'true' }), 'plain');
  t.is(style(true, { TERM: 'dumb' }), 'plain');
  t.is(styleOf('tty', { stdout: new TextSink(), env: { CI: 'true' } }), 'tty');
});
