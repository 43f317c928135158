import test from 'ava';
import type { LivepushEvent } from '../../../src/events.js';
import { ShownDisplay } from './shown-display.js';

const log = (line: string, service = 'web'): LivepushEvent => ({
  type: 'log',
  service,
  containerId: 'c',
  stream: 'stdout',
  line,
});
const attached: LivepushEvent = {
  type: 'attached',
  service: 'web',
  containerIds: ['c'],
  stages: [],
  liveCommand: null,
};
const warning: LivepushEvent = { type: 'diagnostic', severity: 'warning', code: 'odd', message: 'That is odd.' };

test('nothing is written while nothing changes', async (t) => {
  const shown = new ShownDisplay();
  await shown.play(attached);
  const { written } = shown.terminal;
  await shown.advance(5_000);
  t.is(shown.terminal.written, written);
  await shown.display.close();
});

test('a timer writes its own line only', async (t) => {
  const shown = new ShownDisplay();
  await shown.play(attached, { type: 'buildStart', service: 'api' });
  const { written } = shown.terminal;
  await shown.advance(100);
  const more = shown.terminal.written.slice(written.length);
  t.regex(more, /building/);
  t.notRegex(more, /web/);
  await shown.display.close();
});

test('many events are drawn in few frames', async (t) => {
  const shown = new ShownDisplay();
  await shown.play(attached);
  const frames = () => shown.terminal.written.split('\u001b[?2026h').length;
  const before = frames();
  for (let i = 0; i < 1_000; i++) {
    void shown.display.onEvent(log(`line ${i}`));
    if (i % 100 === 0) await shown.advance(10);
  }
  await shown.advance(100);
  t.true(frames() - before <= 8, `${frames() - before} frames`);
  t.regex(shown.terminal.history(), /line 0\n(.*\n)*web {2}\| line 999\n/);
  await shown.display.close();
});

test('a producer that is faster than the terminal is held back, and what waits is bounded', async (t) => {
  const shown = new ShownDisplay();
  await shown.play(attached);
  let held: Promise<void> | undefined;
  for (let i = 0; i < 20_000; i++) held = shown.display.onEvent(log(`line ${i}`));
  t.truthy(held);
  await shown.advance(1_000);
  await held;
  t.regex(shown.terminal.written, /\.\.\. 15000 lines left out: the terminal is too slow for them/);
  t.regex(shown.terminal.history(), /web {2}\| line 19999\n/);
  await shown.display.close();
});

test('at its end the live lines are gone, the cursor is there, and no line is lost', async (t) => {
  const shown = new ShownDisplay();
  await shown.play(attached);
  t.true(shown.terminal.isCursorHidden);
  void shown.display.onEvent(log('last words'));
  await shown.display.close();
  t.is(await shown.screen(), 'web  | last words\n');
  t.false(shown.terminal.isCursorHidden);
  t.false(shown.terminal.written.includes('\u001b[?1049'));
});

test('what somebody else wrote after the display let go of the terminal stays', async (t) => {
  const shown = new ShownDisplay();
  await shown.play(attached);
  shown.display.restore();
  t.false(shown.terminal.isCursorHidden);
  shown.terminal.write('[1]+ Stopped\n');
  shown.display.redraw();
  await shown.advance(100);
  t.is(await shown.screen(), '[1]+ Stopped\n\n✔ web  live\n');
  await shown.display.close();
});

test('diagnostics go to standard error when that is redirected, and to the screen when it is the same terminal', async (t) => {
  const redirected = new ShownDisplay({ stderrIsTTY: false });
  await redirected.play(warning);
  t.is(await redirected.screen(), '\n');
  t.is(redirected.stderr.text, 'warning: That is odd. [odd]\n');
  await redirected.display.close();

  const same = new ShownDisplay();
  await same.play(warning);
  t.is(await same.screen(), 'warning: That is odd. [odd]\n');
  t.is(same.stderr.text, '');
  await same.display.close();
});

test('services have the colours of compose, and what they print keeps its own', async (t) => {
  const shown = new ShownDisplay({ env: {} });
  await shown.play(attached, log('plain \u001b[35mmagenta'), log('other', 'api'));
  t.true(shown.terminal.written.includes('\u001b[36mweb  | \u001b[0mplain \u001b[35mmagenta\u001b[0m\n'));
  t.true(shown.terminal.written.includes('\u001b[33mapi  | \u001b[0mother\n'));
  await shown.display.close();
});

test('without colours there is none, whatever services print', async (t) => {
  const shown = new ShownDisplay();
  await shown.play(attached, log('\u001b[35mmagenta'), warning);
  t.notRegex(shown.terminal.written.replaceAll('\u001b', 'ESC'), /ESC\[[0-9;]*m/);
  await shown.display.close();
});
