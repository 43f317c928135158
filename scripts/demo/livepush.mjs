import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { SetupError } from '../setup/say.mjs';
import { root } from '../setup/set-up.mjs';

/** @typedef {import('./playground.mjs').Playground} Playground */
/** @typedef {{ type: string } & Record<string, unknown>} LivepushEvent */

const program = path.join(root, 'dist', 'cli', 'main.js');
const stopLimitMs = 20_000;

/**
 * Compares the playground's containers with a clean build. Gives the verdict, which is the last line.
 * @param {Playground} playground
 */
export async function verify({ folder, project, env }) {
  const args = [program, 'verify', '--project-name', project];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env }, stdio: 'pipe' });
  child.stderr.resume();
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { verdict: said.trim().split('\n').at(-1) ?? '', ok: code === 0 };
}

/**
 * Runs `up` on the playground and reads its events. The process has a group of its own, so that a Ctrl-C in the
 * terminal does not reach it twice.
 * @param {Playground} playground
 * @param {(event: LivepushEvent) => void} show
 */
export function startUp({ folder, project, env }, show) {
  const args = ['up', '--project-name', project, '--progress', 'json'];
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const events = new EventEmitter();
  /** @type {string[]} */
  const tail = [];
  const remember = (/** @type {string} */ line) => tail.splice(0, Math.max(0, tail.push(line) - 30));
  createInterface(child.stderr).on('line', remember);
  createInterface(child.stdout).on('line', (line) => {
    remember(line);
    const event = parseEvent(line);
    if (!event) return;
    show(event);
    events.emit(event.type, event);
  });
  const ended = once(child, 'close');
  const trouble = (/** @type {string} */ what) => new SetupError(`${what} Its last lines:\n${tail.join('\n')}`);
  return {
    /** Waits for an event that comes from now on. @param {string} type @param {AbortSignal} signal */
    waitFor: (type, signal) => {
      const event = once(events, type, { signal }).then(
        ([found]) => /** @type {LivepushEvent} */ (found),
        () => Promise.reject(trouble(`docker-livepush did not tell of "${type}" in time.`)),
      );
      return Promise.race([event, ended.then(() => Promise.reject(trouble('docker-livepush ended.')))]);
    },
    ended,
    stop: () => stop(child, ended),
  };
}

/** @param {string} line @returns {LivepushEvent | undefined} */
function parseEvent(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {Promise<unknown>} ended
 */
async function stop(child, ended) {
  const last = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  child.kill('SIGINT');
  await ended;
  clearTimeout(last);
}
