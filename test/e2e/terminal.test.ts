import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { LivepushEvent } from '../../src/events.js';
import { RealTerminal } from '../helpers/real-terminal.js';
import { makeUpProject, until } from '../helpers/up-project.js';

const folder = mkdtempSync(join(tmpdir(), 'livepush-terminal-'));
test.after.always(() => rmSync(folder, { recursive: true }));

/** Runs a program in a terminal of a size, and then says how it left the terminal. */
function openTerminal(t: ExecutionContext, size: { columns: number; rows: number }, command: string, more = {}) {
  const terminal = new RealTerminal({
    ...size,
    ...more,
    command: `trap : INT; ${command}; echo "ended with $?"; stty -a`,
  });
  t.teardown(() => terminal.close());
  return terminal;
}

const command = { push: 1, stageIdx: 0, containerId: '0123456789abcdef' };
const names = ['site', 'api', 'worker', ...Array.from({ length: 20 }, (_, i) => `gen-${i + 1}`)];
const story: LivepushEvent[] = [
  ...names.flatMap((service): LivepushEvent[] => [
    { type: 'buildStart', service },
    { type: 'buildEnd', service, ok: true, durationMs: 1 },
    { type: 'attached', service, containerIds: ['c'], stages: ['0'], liveCommand: `node ${service}.js` },
  ]),
  { type: 'ready', project: 'multi', services: names },
  { type: 'livepushStart', service: 'gen-19', push: 1, changed: ['a.js'], deleted: [] },
  { type: 'commandExecute', service: 'gen-19', ...command, command: 'npm run build' },
  { type: 'commandOutput', service: 'gen-19', ...command, stream: 'stdout', data: 'half way\n' },
  { type: 'livepushStart', service: 'gen-20', push: 1, changed: ['b.js'], deleted: [] },
  { type: 'commandExecute', service: 'gen-20', ...command, command: 'npm test' },
  { type: 'commandOutput', service: 'gen-20', ...command, stream: 'stderr', data: 'one failed\n' },
  { type: 'commandReturn', service: 'gen-20', ...command, command: 'npm test', returnCode: 3 },
  { type: 'livepushEnd', service: 'gen-20', push: 1, outcome: 'failed', durationMs: 5 },
  { type: 'log', service: 'api', containerId: 'c', stream: 'stdout', line: 'listening' },
];

function play(t: ExecutionContext, size: { columns: number; rows: number }): RealTerminal {
  const file = join(folder, `${t.title.length}-${size.columns}.jsonl`);
  writeFileSync(file, story.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return openTerminal(t, size, `node dist-test/test/helpers/display-player.js ${file}`);
}

/** The program is gone, and the shell has its terminal back. */
async function leftAsItWas(t: ExecutionContext, terminal: RealTerminal, exitCode: number): Promise<void> {
  await terminal.ended();
  await terminal.until(/ echo /).catch(() => undefined);
  t.regex(terminal.screen, new RegExp(`ended with ${exitCode}`));
  t.regex(terminal.screen, / icanon /);
  t.regex(terminal.screen, / echo /);
  t.false(terminal.isCursorHidden);
  t.false(terminal.written.includes('\u001b[?1049h'));
}

test('23 services on 80x24: the failed and the busy one are there, the rest is counted', async (t) => {
  const terminal = play(t, { columns: 80, rows: 24 });
  const screen = await terminal.until(/q quit/);
  t.regex(screen, /✖ gen-20 +failed +exit code 3 {2}\$ npm test\n {4}one failed/);
  t.regex(screen, /. gen-19 +running +[\d.]+ m?s {2}\$ npm run build\n {4}half way/);
  t.regex(screen, /✔ site +live +node site\.js/);
  t.regex(screen, /\n {2}\d+ more: \d+ live\n/);
  t.regex(screen, /api +\| listening\n/);
  terminal.type('r23');
  await terminal.until(/asked to rebuild gen-20/);
  terminal.type('q');
  await leftAsItWas(t, terminal, 0);
});

test('23 services on 200x50 are all there; made small and large again, the screen is in order', async (t) => {
  const terminal = play(t, { columns: 200, rows: 50 });
  const screen = await terminal.until(/q quit/);
  for (const name of names) t.regex(screen, new RegExp(`. ${name} +(live|running|failed)`));
  terminal.resize(40, 15);
  const small = await terminal.until(/\d+ more: [\s\S]*\nv details {2}q quit/);
  t.is(small.match(/gen-20 +failed/g)?.length, 1);
  terminal.resize(120, 50);
  await terminal.until(/r rebuild {2}p pause {2}l logs off {2}v details {2}q quit/);
  t.is(terminal.screen.match(/✖ gen-20 +failed/g)?.length, 1);
  terminal.type('\u0003');
  await leftAsItWas(t, terminal, 130);
});

test('a crash tells what happened, in a terminal that is as it was', async (t) => {
  const terminal = play(t, { columns: 80, rows: 24 });
  await terminal.until(/q quit/);
  terminal.type('p');
  await leftAsItWas(t, terminal, 1);
  t.true(terminal.written.includes('Error: a crash on demand'));
});

test('a session in a terminal: states, a push, a failure until it is mended, keys, and Ctrl-C', async (t) => {
  const project = await makeUpProject({
    'compose.yaml': 'services:\n  web:\n    build: .\n    stop_grace_period: 0s\n',
    Dockerfile: [
      'FROM busybox:1.37',
      'COPY page /page',
      'RUN test ! -e /page/broken || { echo "it is broken"; exit 4; }',
      'CMD ["sh", "-c", "echo serving; exec sleep 1000000"]',
      '',
    ].join('\n'),
    'page/index.html': 'one',
  });
  t.teardown(() => project.remove());
  const main = `node ${process.cwd()}/dist-test/src/cli/main.js`;
  const terminal = openTerminal(t, { columns: 80, rows: 24 }, `${main} up --no-build-cache`, {
    ...{ cwd: project.folder, env: project.env },
  });
  await terminal.until(/web +(building|starting)/);
  await terminal.until(/✔ web +live[\s\S]*q quit/);
  await terminal.until(/web +\| serving/);

  project.write('page/index.html', 'two');
  await terminal.until(/✔ web +live +page\/index\.html -> [\d.]+ m?s, restarted [\d.]+ m?s/);

  project.write('page/broken', '');
  await terminal.until(/✖ web +failed +exit code 4 {2}\$ test ! -e .*\n +it is broken/);
  rmSync(join(project.folder, 'page/broken'));
  await terminal.until(/✔ web +live +-page\/broken -> /);

  terminal.type('p');
  await terminal.until(/paused: changes are collected/);
  project.write('page/index.html', 'three');
  terminal.type('p');
  await terminal.until(/✔ web +live +page\/index\.html -> /);
  t.is(await until('the page', () => project.read('web', '/page/index.html')), 'three');

  terminal.type('\u0003');
  await terminal.until(/Stopping\.\.\./);
  await leftAsItWas(t, terminal, 130);
});
