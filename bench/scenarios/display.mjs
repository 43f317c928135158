import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { program } from '../contestants/docker-livepush.mjs';
import { leftover } from '../stand/leftovers.mjs';
import { openProject } from '../stand/project.mjs';
import { IMAGE } from '../stand/services.mjs';
import { until } from '../stand/wait.mjs';
import { OURS } from './names.mjs';
import { childrenOf, residentOf } from './process-figures.mjs';

const [SERVICES, LINES, KEYS] = [20, 500, 40];
/** Milliseconds in which the flood gets under way, and in which the processor time is taken. */
const [UNDER_WAY, WINDOW] = [3000, 10_000];

/** Prints so many lines a second, in ten parts. */
const main = `part=$(yes 'a line of a chatty service, as long as such lines are' | head -n ${LINES / 10})
trap 'exit 0' TERM INT
while :; do echo "$part"; sleep 0.1; done
`;

/** @type {import('../stand/project.mjs').Service} */
const chatty = {
  files: { 'main.sh': main, Dockerfile: `FROM ${IMAGE}\nCOPY main.sh /main.sh\nCMD ["sh", "/main.sh"]\n` },
};

/** The display for terminals, in one, under a flood of logs. @param {{ tell: (line: string) => void }} options */
export async function display({ tell }) {
  tell(`Display: ${SERVICES} services print ${SERVICES * LINES} lines a second`);
  const project = await openProject(
    Object.fromEntries(Array.from({ length: SERVICES }, (_, i) => [`app${i}`, chatty])),
  );
  const terminal = openTerminal([process.execPath, program, 'up', '--project-name', project.name], project.folder);
  try {
    await until('the display', () => terminal.shows('v details'), 180_000);
    await delay(UNDER_WAY);
    const keys = [];
    for (let i = 0; i < KEYS; i++) {
      const began = terminal.type('v');
      await until('the answer to a key', () => terminal.shows(i % 2 === 0 ? 'v less' : 'v details'));
      keys.push(performance.now() - began);
      await delay(100 + (i % 7) * 13);
    }
    const [pid = 0] = childrenOf(terminal.pid);
    const [before, ticks] = [residentOf(pid), ticksOf(pid)];
    await delay(WINDOW);
    const share = (ticksOf(pid) - ticks) / (WINDOW / 1000);
    return [
      result('a key is answered', 'ms', keys, [{ value: 100 }]),
      result(`the slowest of ${KEYS} keys`, 'ms', [Math.max(...keys)], [{ value: 100 }]),
      result('processor', '% of a core', [share], []),
      result(`memory grown in ${WINDOW / 1000} s`, 'MB', [residentOf(pid) - before], [{ value: 10 }]),
    ];
  } finally {
    await terminal.stop();
    await project.close();
  }
}

/** @param {string} what @param {string} unit @param {number[]} samples @param {{ value: number }[]} bounds */
const result = (what, unit, samples, bounds) => ({
  scenario: 'display',
  title: `${(SERVICES * LINES).toLocaleString('en')} log lines a second of ${SERVICES} services: ${what}`,
  rows: [{ contestant: OURS, unit, samples, lost: [] }],
  bounds,
});

/** Hundredths of a second of processor time. @param {number} pid */
const ticksOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

/** A program in a pseudo terminal. @param {string[]} argv @param {string} cwd */
function openTerminal(argv, cwd) {
  const { CI: _ci, NO_COLOR: _noColor, ...env } = process.env;
  const line = `stty cols 120 rows 50; exec ${argv.join(' ')}`;
  const child = spawn('script', ['--quiet', '--flush', '--command', line, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let written = '';
  child.stdout.on('data', (chunk) => (written = (written + chunk).slice(-20_000)));
  return {
    pid: child.pid ?? 0,
    /** True when this was written since the last key. @param {string} text */
    shows: (text) => stripVTControlCharacters(written).includes(text),
    /** @param {string} key */
    type: (key) => {
      written = '';
      child.stdin.write(key);
      return performance.now();
    },
    stop: leftover(async () => {
      child.stdin.write('\u0003');
      await ended;
    }),
  };
}
