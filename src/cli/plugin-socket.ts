import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** How to wait for the end of the Docker CLI that started us. */
export interface DockerCliFollower {
  /** The value of DOCKER_CLI_PLUGIN_SOCKET; `@name` is Linux's abstract namespace. */
  readonly address: string;
  /** Called once, when the Docker CLI was told to stop, or died. */
  readonly onEnd: () => void;
  readonly signal: AbortSignal;
}

/**
 * The Docker CLI tells a plugin to stop by closing its socket, and the system closes a dead one's. A socket that is gone
 * already was closed before we came to look. Never keeps the process alive.
 */
export function followDockerCli(follower: DockerCliFollower): void {
  const { address, onEnd, signal } = follower;
  const socket = connect({ path: address.replace(/^@/, '\0') });
  let connected = false;
  socket.unref();
  socket.resume(); // nothing is ever sent, but only a stream that is read reports its end
  socket.once('connect', () => {
    connected = true;
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.once('close', () => {
    // Node.js 20 cannot connect to an abstract address: its libuv (before 1.48, libuv#4266) pads the name.
    if (!connected && address.startsWith('@')) void followListing(follower);
    else if (!signal.aborted) onEnd();
  });
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
}

const pollMs = 500;

/** The same for an abstract socket that cannot be connected to: the kernel lists it for as long as it is open. */
async function followListing({ address, onEnd, signal }: DockerCliFollower): Promise<void> {
  while (!signal.aborted) {
    const sockets = await readFile('/proc/net/unix', 'utf8').catch(() => undefined);
    if (sockets === undefined || signal.aborted) return;
    if (!sockets.includes(` ${address}\n`)) return onEnd();
    await setTimeout(pollMs, undefined, { ref: false, signal }).catch(() => undefined);
  }
}
