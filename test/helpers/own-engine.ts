import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.js';
import { until } from './up-project.js';

/** An engine that may be killed: with a data root, a network and mounts of its own on this machine. Needs root. */
export class OwnEngine {
  /** For `DOCKER_HOST`. */
  readonly address: string;
  /** Absolute path of the folder with all that it keeps on disk. */
  readonly dataRoot: string;
  readonly #folder: string;
  /** Keeps the namespaces while no engine runs in them. */
  readonly #holder: ChildProcess;
  #daemon: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.dataRoot = join(folder, 'data');
    this.address = `unix://${join(folder, 'docker.sock')}`;
    const hold = [
      '--net',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      'ip link set lo up && exec sleep infinity',
    ];
    this.#holder = spawn('unshare', hold, { stdio: 'ignore' });
  }

  /** Starts it, with these images of the engine that is here. */
  static async start(...images: string[]): Promise<OwnEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'livepush-own-'));
    await writeFile(join(folder, 'none.json'), '{}');
    const engine = new OwnEngine(folder);
    try {
      await engine.begin();
      await run('sh', ['-c', `docker save ${images.join(' ')} | docker --host ${engine.address} load`]);
      return engine;
    } catch (error) {
      await engine.stop();
      throw error;
    }
  }

  /** Starts the daemon, after it was killed. */
  async begin(): Promise<void> {
    const at = (name: string) => join(this.#folder, name);
    await rm(at('pid'), { force: true });
    const places = [`--data-root=${this.dataRoot}`, `--exec-root=${at('exec')}`, `--pidfile=${at('pid')}`];
    const inside = ['--target', String(this.#holder.pid), '--net', '--mount'];
    const args = [...inside, 'dockerd', ...places, `--config-file=${at('none.json')}`, '--host', this.address];
    const daemon = spawn('nsenter', args, { stdio: 'ignore' });
    this.#daemon = daemon;
    await until('the engine', async () => {
      if (daemon.exitCode !== null) throw new Error('The dockerd of the test ended at once.');
      return run('docker', ['--host', this.address, 'info']).catch(() => undefined);
    });
  }

  /** Kills the daemon: what it runs goes on, with nobody to ask. */
  async kill(): Promise<void> {
    await end(this.#daemon, 'SIGKILL');
  }

  /** Ends it with all that it runs, and removes what it has kept. */
  async stop(): Promise<void> {
    await end(this.#daemon, 'SIGTERM');
    await end(this.#holder, 'SIGKILL');
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
