import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './run-command.mjs';
import { SetupError, say } from './say.mjs';

const logFile = '/var/log/dockerd.log';
const startLimitMs = 60_000;

/**
 * Starts the engine that is installed on this machine and waits until it answers. It outlives this process.
 * @returns {Promise<boolean>} false: there is no engine to start, or no right to start it
 */
export async function startEngine() {
  if (await answers()) return true;
  if (process.getuid?.() !== 0 || !(await run('dockerd', ['--version'])).ok) return false;
  if (await startService()) {
    say('started the docker service');
  } else {
    dropStalePidFile('/var/run/docker.pid', 'dockerd');
    dropStalePidFile('/var/run/docker/containerd/containerd.pid', 'containerd');
    say(`starting dockerd, its log is ${logFile}`);
    await waitForAnswer(startDaemon());
  }
  return true;
}

async function startService() {
  if (!existsSync('/run/systemd/system')) return false;
  return (await run('systemctl', ['start', 'docker'], { timeoutMs: startLimitMs })).ok;
}

/**
 * A pid file names a process that may be dead, or (after a restart of the machine) a quite different one; dockerd
 * takes the second for itself and refuses to start.
 * @param {string} file
 * @param {string} program
 */
function dropStalePidFile(file, program) {
  if (!existsSync(file)) return;
  const pid = readFileSync(file, 'utf8').trim();
  const comm = `/proc/${pid}/comm`;
  if (pid && existsSync(comm) && readFileSync(comm, 'utf8').trim() === program) return;
  rmSync(file);
}

function startDaemon() {
  const log = openSync(logFile, 'a');
  const daemon = spawn('dockerd', [], { detached: true, cwd: '/', stdio: ['ignore', log, log] });
  daemon.unref();
  return daemon;
}

/**
 * The daemon that ends at once may have found another one that is just starting: that one counts too.
 * @param {import('node:child_process').ChildProcess} daemon
 */
async function waitForAnswer(daemon) {
  const deadline = Date.now() + startLimitMs;
  while (!(await answers())) {
    if (Date.now() > deadline) throw new SetupError(`dockerd did not start within a minute. ${lastWords()}`);
    if (daemon.exitCode !== null && !anotherStarts()) throw new SetupError(`dockerd ended at once. ${lastWords()}`);
    await delay(100);
  }
}

async function answers() {
  const { ok, stdout } = await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeoutMs: 10_000 });
  return ok && stdout !== '';
}

function anotherStarts() {
  return lastWords().includes('is still running');
}

function lastWords() {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  return `The end of ${logFile}:\n${lines.slice(-3).join('\n')}`;
}
