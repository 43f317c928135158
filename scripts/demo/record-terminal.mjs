import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import xterm from '@xterm/headless';
import { SetupError } from '../setup/say.mjs';

/**
 * A piece of a line in one look.
 * @typedef {{ column: number, text: string, colour: string | undefined, isBold: boolean, isDim: boolean }} Span
 *
 * What a terminal showed, and for how long.
 * @typedef {{ lines: Span[][], ms: number }} Frame
 */

const waitLimitMs = 120_000;
const sampleMs = 150;

/**
 * Runs a command in a pseudo terminal and keeps what the screen showed.
 * @param {{ columns: number, rows: number, command: string, cwd: string, env: Record<string, string> }} options
 */
export function recordTerminal({ columns, rows, command, cwd, env }) {
  const { CI: _ci, NO_COLOR: _noColor, ...surroundings } = process.env;
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const line = `stty cols ${columns} rows ${rows}; exec ${command}`;
  const child = spawn('script', ['--quiet', '--flush', '--command', line, '/dev/null'], {
    cwd,
    env: { ...surroundings, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  child.stdout.on('data', (chunk) => screen.write(chunk));
  /** @type {{ lines: Span[][], at: number }[]} */
  const samples = [];
  const sampler = setInterval(() => samples.push({ lines: linesOf(screen), at: performance.now() }), sampleMs);
  return {
    /** Waits until the screen shows this. @param {RegExp} pattern */
    until: async (pattern) => {
      const limit = performance.now() + waitLimitMs;
      while (!pattern.test(textOf(screen))) {
        if (child.exitCode !== null || performance.now() > limit) {
          throw new SetupError(`The screen never showed ${pattern}:\n${textOf(screen)}`);
        }
        await delay(sampleMs);
      }
    },
    /** Lets the recording go on. @param {number} ms */
    pause: (ms) => delay(ms),
    /** @param {string} text */
    type: (text) => child.stdin.write(text),
    /** What was seen so far. */
    frames: () => framesOf(samples),
    /** Ends the command as Ctrl-C does. */
    stop: async () => {
      clearInterval(sampler);
      child.stdin.write('\u0003');
      await ended;
    },
  };
}

/** @param {{ lines: Span[][], at: number }[]} samples @returns {Frame[]} */
function framesOf(samples) {
  /** @type {Frame[]} */
  const frames = [];
  let last = '';
  for (const [i, { lines, at }] of samples.entries()) {
    const ms = (samples[i + 1]?.at ?? at + sampleMs) - at;
    const text = JSON.stringify(lines);
    const frame = frames.at(-1);
    if (frame && text === last) frame.ms += ms;
    else frames.push({ lines, ms });
    last = text;
  }
  return frames;
}

/** @param {xterm.Terminal} terminal */
function textOf({ rows, buffer: { active } }) {
  const lines = Array.from({ length: rows }, (_, row) => active.getLine(active.viewportY + row));
  return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
}

/** @param {xterm.Terminal} terminal @returns {Span[][]} */
function linesOf({ rows, buffer: { active } }) {
  return Array.from({ length: rows }, (_, row) => {
    const line = active.getLine(active.viewportY + row);
    return line ? spansOf(line) : [];
  });
}

/** @param {xterm.IBufferLine} line @returns {Span[]} */
function spansOf(line) {
  /** @type {Span[]} */
  const spans = [];
  for (let column = 0; column < line.length; column++) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const look = { colour: colourOf(cell), isBold: cell.isBold() !== 0, isDim: cell.isDim() !== 0 };
    const span = spans.at(-1);
    const text = cell.getChars() || ' ';
    const isSame = span && span.colour === look.colour && span.isBold === look.isBold && span.isDim === look.isDim;
    if (isSame) span.text += text;
    else spans.push({ column, text, ...look });
  }
  return spans.map(withoutBlanks).filter(({ text }) => text !== '');
}

/** Blanks at the ends of a span are nothing to see. @param {Span} span @returns {Span} */
function withoutBlanks(span) {
  const text = span.text.trimStart();
  return { ...span, column: span.column + span.text.length - text.length, text: text.trimEnd() };
}

/** The sixteen colours of every terminal; the display uses no others. */
const palette = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#f0f6fc'],
];

/** @param {xterm.IBufferCell} cell */
const colourOf = (cell) => (cell.isFgPalette() ? palette[cell.getFgColor()] : undefined);
