import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SetupError } from '../../scripts/setup/say.mjs';
import { leftover } from './leftovers.mjs';

const START_LIMIT = 180_000;
const STOP_LIMIT = 20_000;

/** A contestant's process: started, waited for, and ended. */
export class Child {
  #process;
  #closed;
  /** @type {string[]} */
  #tail = [];
  /** @type {((line: string) => void)[]} */
  #listeners = [];

  /** @param {string} command @param {string[]} args @param {{ cwd: string, env?: Record<string, string> }} options */
  constructor(command, args, { cwd, env }) {
    // a group of its own: a Ctrl-C in the terminal is passed on once, by us
    this.#process = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#closed = once(this.#process, 'close');
    this.#closed.catch(() => {});
    this.stop = leftover(() => this.#stop());
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#tail.splice(0, Math.max(0, this.#tail.push(line) - 20));
        for (const listener of this.#listeners) listener(line);
      });
    }
  }

  get pid() {
    return this.#process.pid ?? 0;
  }

  /** Calls back with every line of its outputs. @param {(line: string) => void} listener */
  onLine(listener) {
    this.#listeners.push(listener);
  }

  /** Resolves with the first line that fits. @param {(line: string) => boolean} fits @returns {Promise<string>} */
  async line(fits) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const found = new Promise((resolve, reject) => {
      this.onLine((line) => fits(line) && resolve(line));
      const fail = () =>
        reject(new SetupError(`${this.#process.spawnargs.join(' ')} did not start:\n${this.#tail.join('\n')}`));
      timer = setTimeout(fail, START_LIMIT);
      void this.#closed.then(fail, fail);
    });
    return found.finally(() => clearTimeout(timer));
  }

  async #stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const last = setTimeout(() => this.#process.kill('SIGKILL'), STOP_LIMIT);
    this.#process.kill('SIGINT');
    await this.#closed;
    clearTimeout(last);
  }
}
