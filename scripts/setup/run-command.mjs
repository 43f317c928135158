import { spawn } from 'node:child_process';
import { SetupError } from './say.mjs';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] added to this process's own
 * @property {string} [input] given to the command on stdin
 * @property {number} [timeoutMs] the command is killed after this time
 *
 * @typedef {object} RunResult
 * @property {boolean} ok it ran and returned 0
 * @property {number} code the exit code; 127 when the command does not exist, 124 when time ran out
 * @property {string} stdout without the white space around it
 * @property {string} stderr without the white space around it
 */

/**
 * Runs a command to its end. Never throws: a missing command and a time-out are results too.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(command, args, options = {}) {
  const { promise, resolve } = deferred();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    stdio: 'pipe',
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input);
  /** @param {number} code @param {string} [reason] */
  const finish = (code, reason) =>
    resolve({ ok: code === 0, code, stdout: stdout().trim(), stderr: reason ?? stderr().trim() });
  child.on('error', (error) => finish(127, `${command} cannot be run: ${error.message}`));
  child.on('close', (code) => (child.killed ? finish(124, `${command} did not end in time`) : finish(code ?? 1)));
  return promise;
}

/**
 * Runs a command that has to succeed.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} its stdout
 */
export async function must(command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.ok) return result.stdout;
  const said = excerpt(result.stderr || result.stdout);
  throw new SetupError(`"${[command, ...args].join(' ')}" failed (exit code ${result.code}).${said && `\n${said}`}`);
}

/** @param {string} output */
function excerpt(output) {
  const lines = output.split('\n');
  return (lines.length <= 24 ? lines : [...lines.slice(0, 12), '...', ...lines.slice(-12)]).join('\n');
}

/** @returns {{ promise: Promise<RunResult>, resolve: (result: RunResult) => void }} */
function deferred() {
  /** @type {(result: RunResult) => void} */
  let resolve = () => {};
  /** @type {Promise<RunResult>} */
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** @param {import('node:stream').Readable | null} stream */
function collect(stream) {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}
