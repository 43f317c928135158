import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';

/** How to wait for the end of the Docker CLI that started us. */
export interface DockerCliFollower {
  /** The value of DOCKER_CLI_PLUGIN_SOCKET; `@name` is Linux's abstract namespace. */
  readonly address: string;
  /** Called once, when the Docker CLI was told to stop, or died. */
  readonly onEnd: () => void;
  readonly signal: AbortSignal;
}

/**
 * The Docker CLI tells a plugin to stop by closing its socket, and a dead one's is closed by the system. Never keeps the
 * process alive; a socket that was never there is no news.
 */
export function followDockerCli({ address, onEnd, signal }: DockerCliFollower): void {
  const socket = connect({ path: address.replace(/^@/, '\0') });
  let connected = false;
  const disconnect = (): void => {
    connected = false;
    socket.destroy();
  };
  signal.addEventListener('abort', disconnect, { once: true });
  socket.unref();
  socket.resume(); // nothing is ever sent, but only a stream that is read reports its end
  socket.once('connect', () => {
    connected = true;
  });
  socket.once('error', () => {
    // Node.js 20 cannot connect to an abstract address: its libuv (before 1.48, libuv#4266) pads the name.
    if (!connected && address.startsWith('@')) followListener({ address, onEnd, signal });
  });
  socket.once('close', () => {
    if (connected) onEnd();
  });
}

const pollMs = 500;

/** The same for an abstract socket that cannot be connected to: the kernel lists it for as long as it is open. */
async function followListener({ address, onEnd, signal }: DockerCliFollower): Promise<void> {
  const isOpen = async (): Promise<boolean> => (await readFile('/proc/net/unix', 'utf8')).includes(` ${address}\n`);
  if (!(await isOpen().catch(() => false))) return;
  const timer = setInterval(async () => {
    if (await isOpen().catch(() => true)) return;
    clearInterval(timer);
    if (!signal.aborted) onEnd();
  }, pollMs);
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
