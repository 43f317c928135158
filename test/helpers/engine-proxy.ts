import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A way to the engine that can be cut, as that to a machine elsewhere is. */
export class EngineProxy {
  /** For `DOCKER_HOST`. */
  readonly address: string;
  readonly #file = join(tmpdir(), `livepush-proxy-${randomBytes(4).toString('hex')}.sock`);
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(engine: string) {
    this.address = `unix://${this.#file}`;
    this.#server = createServer({ allowHalfOpen: true }, (from) => {
      if (this.#isCut) {
        from.destroy();
        return;
      }
      const to = connect({ path: engine, allowHalfOpen: true });
      for (const socket of [from, to]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#sockets.delete(socket);
          from.destroy();
          to.destroy();
        });
      }
      from.pipe(to);
      to.pipe(from);
    });
  }

  /** @param engine path of the engine's socket */
  static async start(engine = (process.env.DOCKER_HOST ?? '').replace('unix://', '') || '/var/run/docker.sock') {
    const proxy = new EngineProxy(engine);
    proxy.#server.listen(proxy.#file);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Breaks all connections, and lets none be made. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets connections be made again. */
  mend(): void {
    this.#isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await rm(this.#file, { force: true });
  }
}
