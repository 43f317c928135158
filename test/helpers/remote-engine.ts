import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { run } from './run.js';
import { freePort, until } from './up-project.js';

/** An engine of its own on this machine, reached over TLS on a port and over ssh; its own images, no networks. */
export class RemoteEngine {
  /** Absolute path of the folder with `ca.pem`, `cert.pem` and `key.pem` of a client. */
  readonly certificates: string;
  readonly tcp: string;
  /** The socket, also at the other end of an ssh connection. */
  readonly socket: string;
  readonly ssh: string;
  /** Absolute path of a folder for `PATH`: its ssh knows key and host. */
  readonly path: string;
  /** What a connection over ssh is made with, for a program that brings an ssh of its own. */
  readonly sshLogin: { readonly host: string; readonly port: number; readonly username: string; readonly key: string };
  readonly #folder: string;
  /** Name of a network interface. */
  readonly #bridge = `lvp${randomBytes(4).toString('hex')}`;
  readonly #processes: ChildProcess[] = [];
  #daemonArgs: readonly string[] = [];
  #daemon: ChildProcess | undefined;

  private constructor(folder: string, ports: { readonly tls: number; readonly ssh: number }) {
    this.#folder = folder;
    this.certificates = join(folder, 'client');
    this.path = join(folder, 'bin');
    this.socket = join(folder, 'docker.sock');
    this.tcp = `tcp://127.0.0.1:${ports.tls}`;
    const { username } = userInfo();
    this.sshLogin = { host: '127.0.0.1', port: ports.ssh, username, key: join(folder, 'user') };
    this.ssh = `ssh://${username}@127.0.0.1:${ports.ssh}${this.socket}`;
  }

  /** Starts it, with these images of the engine that is here. */
  static async start(...images: string[]): Promise<RemoteEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'livepush-engine-'));
    const ports = { tls: await freePort(), ssh: await freePort() };
    const engine = new RemoteEngine(folder, ports);
    try {
      await engine.#makeCertificates();
      await engine.#startDaemon();
      await engine.#startSshd(ports.ssh);
      const load = `docker save ${images.join(' ')} | docker --host unix://${engine.socket} load`;
      await run('sh', ['-c', load]);
    } catch (error) {
      await engine.stop();
      throw error;
    }
    return engine;
  }

  /** Ends it as a restart of the machine's Docker does, its containers with it, and starts it again after something was done. */
  async restart(meanwhile: () => Promise<void>): Promise<void> {
    const daemon = this.#daemon;
    if (!daemon) throw new Error('It was never started.');
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await once(daemon, 'exit');
    await meanwhile();
    await this.#runDaemon();
  }

  async stop(): Promise<void> {
    for (const child of this.#processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await run('ip', ['link', 'delete', this.#bridge]).catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #makeCertificates(): Promise<void> {
    const at = (name: string) => join(this.#folder, name);
    for (const name of ['server', 'client', 'bin']) await mkdir(at(name));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const authority = ['-x509', '-subj', '/CN=ca', '-keyout', at('ca-key.pem'), '-out', at('ca.pem')];
    await run('openssl', ['req', ...key, ...authority]);
    for (const name of ['server', 'client']) {
      const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'), '-subj', `/CN=${name}`];
      const usage = ['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', `extendedKeyUsage=${name}Auth`];
      const out = ['-keyout', at(`${name}/key.pem`), '-out', at(`${name}/cert.pem`)];
      await run('openssl', ['req', '-x509', ...key, ...signed, ...usage, ...out]);
      await writeFile(at(`${name}/ca.pem`), await readFile(at('ca.pem')));
    }
  }

  async #startDaemon(): Promise<void> {
    const at = (name: string) => join(this.#folder, name);
    const secured = ['--tlsverify', `--tlscacert=${at('ca.pem')}`];
    const own = [`--tlscert=${at('server/cert.pem')}`, `--tlskey=${at('server/key.pem')}`];
    const places = [`--data-root=${at('data')}`, `--exec-root=${at('exec')}`, `--pidfile=${at('pid')}`];
    // without a bridge (`none`) it would remove docker0, which is the other engine's
    await run('ip', ['link', 'add', 'name', this.#bridge, 'type', 'bridge']);
    const alone = [
      `--bridge=${this.#bridge}`,
      '--iptables=false',
      '--ip-forward=false',
      '--ip6tables=false',
      `--config-file=${at('none.json')}`,
    ];
    await writeFile(at('none.json'), '{}');
    const hosts = ['--host', `unix://${this.socket}`, '--host', this.tcp];
    this.#daemonArgs = [...secured, ...own, ...places, ...alone, ...hosts];
    await this.#runDaemon();
  }

  async #runDaemon(): Promise<void> {
    const daemon = this.#spawn('dockerd', this.#daemonArgs);
    this.#daemon = daemon;
    await until('the second engine', async () => {
      if (daemon.exitCode !== null) throw new Error('The second dockerd ended at once.');
      return run('docker', ['--host', `unix://${this.socket}`, 'info']).catch(() => undefined);
    });
  }

  async #startSshd(port: number): Promise<void> {
    const at = (name: string) => join(this.#folder, name);
    for (const name of ['host', 'user']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
    // Where it runs as root it wants this folder, whether or not it uses it.
    await mkdir('/run/sshd', { recursive: true }).catch(() => undefined);
    const lines = {
      Port: port,
      ListenAddress: '127.0.0.1',
      HostKey: at('host'),
      AuthorizedKeysFile: at('user.pub'),
      PidFile: 'none',
      StrictModes: 'no',
      UsePAM: 'no',
      PasswordAuthentication: 'no',
      PermitRootLogin: 'prohibit-password',
      // who names no engine gets the one that is in use here
      ...(process.env.DOCKER_HOST && { SetEnv: `DOCKER_HOST=${process.env.DOCKER_HOST}` }),
    };
    const config = Object.entries(lines).map(([name, value]) => `${name} ${value}\n`);
    await writeFile(at('sshd_config'), config.join(''));
    this.#spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')]);
    const options = ['-i', at('user'), '-F', 'none', '-o', `UserKnownHostsFile=${at('known_hosts')}`];
    const trust = ['-o', 'StrictHostKeyChecking=accept-new', '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR'];
    const shim = `#!/bin/sh\necho "$*" >>${at('ssh-calls')}\nexec /usr/bin/ssh ${[...options, ...trust].join(' ')} "$@"\n`;
    await writeFile(join(this.path, 'ssh'), shim);
    await chmod(join(this.path, 'ssh'), 0o755);
    const { username } = userInfo();
    const login = ['-p', String(port), '-l', username, '127.0.0.1', 'true'];
    await until('the sshd', () => run(join(this.path, 'ssh'), login).catch(() => undefined));
  }

  #spawn(command: string, args: readonly string[]): ChildProcess {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    child.on('error', () => undefined);
    this.#processes.push(child);
    return child;
  }
}
