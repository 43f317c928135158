import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { locateContainers } from '../../src/compose/locate.js';
import type { Container, ContainerInfo, Engine } from '../../src/docker/engine.js';
import { readText } from '../../src/docker/read-text.js';
import { docker } from './docker-command.js';
import { realEngine } from './real-container.js';
import { type UpOptions, UpProcess } from './up-process.js';

/** What a session must not leave behind; all empty after its end. */
export interface Leftovers {
  /** Containers that the tool made itself. */
  readonly containers: readonly string[];
  /** Images with its label, and images under its names. */
  readonly images: readonly string[];
  /** In the system's folder for temporary files. */
  readonly tempFiles: readonly string[];
  /** Volumes that say who holds the project. */
  readonly locks: readonly string[];
  /** Of landings that were broken off. */
  readonly notes: readonly string[];
  /** Containers of the services that still run. */
  readonly running: readonly string[];
}

/** Nothing of a session. */
export const nothing: Leftovers = { containers: [], images: [], tempFiles: [], locks: [], notes: [], running: [] };

/** A compose project in a folder of its own, under a name of its own, with a folder for temporary files of its own. */
export class UpProject {
  /** Absolute path of the folder with the compose file. */
  readonly folder: string;
  readonly name = `lpu-${randomBytes(4).toString('hex')}`;
  readonly engine: Engine = realEngine();
  /** What `up` gets on top of this process's environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly #base: string;
  readonly #tmpdir: string;
  readonly #processes: UpProcess[] = [];

  constructor(base: string, env: NodeJS.ProcessEnv = {}) {
    this.#base = base;
    this.folder = join(base, 'project');
    this.#tmpdir = join(base, 'tmp');
    for (const path of [this.folder, this.#tmpdir]) mkdirSync(path);
    this.env = { ...env, COMPOSE_PROJECT_NAME: this.name, TMPDIR: this.#tmpdir, XDG_RUNTIME_DIR: join(base, 'run') };
  }

  /** Starts `docker-livepush up`; at the latest `remove` ends it. */
  up(args: readonly string[] = [], { env, ...options }: Partial<UpOptions> = {}): UpProcess {
    const up = new UpProcess({ ...options, cwd: this.folder, env: { ...process.env, ...this.env, ...env }, args });
    this.#processes.push(up);
    return up;
  }

  /** Starts another command; at the latest `remove` ends it. */
  run(command: string, args: readonly string[] = [], options: Partial<UpOptions> = {}): UpProcess {
    return this.up(args, { ...options, command });
  }

  /** Removes a file or directory of the project, without letting go of the thread in between. */
  delete(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** Writes a file of the project, its directories with it, without letting go of the thread in between. */
  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  /** Removes what sessions have noted of the containers. */
  forget(): Promise<void> {
    return rm(join(this.#base, 'run'), { recursive: true });
  }

  /** The containers of a service, by their number. */
  async containers(service: string): Promise<Container[]> {
    const found = await locateContainers(this.engine, this.name, service);
    return found.map(({ id }) => this.engine.container(id));
  }

  /** The only container of a service. */
  async container(service: string): Promise<Container> {
    const [container, ...others] = await this.containers(service);
    if (!container || others.length > 0) throw new Error(`Service ${service} has not just one container.`);
    return container;
  }

  /** Which containers a service has, and since when they run. */
  async lives(service: string): Promise<Pick<ContainerInfo, 'id' | 'startedAt' | 'running'>[]> {
    const infos = await Promise.all((await this.containers(service)).map((container) => container.inspect()));
    return infos.map(({ id, startedAt, running }) => ({ id, startedAt, running }));
  }

  /** The text of a file in the only container of a service, or undefined when it is not there. */
  async read(service: string, path: string): Promise<string | undefined> {
    return readText(await this.container(service), path);
  }

  get #lockLabel(): string {
    return `docker-livepush.lock=${this.name}`;
  }

  async leftovers(): Promise<Leftovers> {
    const label = `docker-livepush=${this.name}`;
    const containers = await this.engine.listContainers([label]);
    const ofServices = await this.engine.listContainers([`com.docker.compose.project=${this.name}`]);
    const tags = (await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}')).stdout.split('\n');
    const named = tags.filter((tag) => tag.startsWith(`docker-livepush/${this.name}/`));
    return {
      containers: containers.map(({ name }) => name),
      images: [...new Set([...named, ...(await this.engine.listImages([label]))])],
      tempFiles: (await readdir(this.#tmpdir)).filter((name) => name.startsWith('docker-livepush')),
      locks: (await this.engine.listVolumes(this.#lockLabel)).map(({ name }) => name),
      notes: (await filesBelow(join(this.#base, 'run'))).filter((name) => !name.endsWith('.json')),
      running: ofServices.filter(({ state }) => state === 'running').map(({ name }) => name),
    };
  }

  /** Ends what runs, and removes the folder and all that the project made in the engine. */
  async remove(): Promise<void> {
    await Promise.all(this.#processes.map((up) => up.isRunning && up.stop('SIGKILL')));
    const labels = [`com.docker.compose.project=${this.name}`, `docker-livepush=${this.name}`];
    // a container of the one may hold an image of the other
    for (const label of labels)
      for (const { id } of await this.engine.listContainers([label])) await this.engine.container(id).remove();
    for (const label of labels)
      for (const image of await this.engine.listImages([label])) await this.engine.removeImage(image);
    for (const { name } of await this.engine.listVolumes(this.#lockLabel)) await this.engine.removeVolume(name);
    await docker('network', 'rm', '--force', `${this.name}_default`);
    this.engine.close();
    await rm(this.#base, { recursive: true, force: true });
  }
}

/** None where there is no such folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.flatMap((each) => (each.isFile() ? [each.name] : []));
}

const newBase = async (): Promise<string> => realpath(await mkdtemp(join(tmpdir(), 'livepush-up-')));

/** A project with these files, by path in its folder; nothing is started. */
export async function makeUpProject(
  files: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Promise<UpProject> {
  const project = new UpProject(await newBase(), env);
  for (const [path, content] of Object.entries(files)) project.write(path, content);
  return project;
}

/** npm waits for five minutes before it asks a registry again that does not answer. */
const impatient = `ENV ${[
  'npm_config_fetch_timeout=15000',
  'npm_config_fetch_retries=6',
  'npm_config_fetch_retry_mintimeout=1000',
  'npm_config_fetch_retry_maxtimeout=2000',
].join(' ')}`;

/** A copy of an example. */
export async function copyExample(example: string, env: NodeJS.ProcessEnv): Promise<UpProject> {
  const project = new UpProject(await newBase(), env);
  await cp(join('compose-examples', example), project.folder, { recursive: true });
  const dockerfile = join(project.folder, 'Dockerfile');
  const steps = await readFile(dockerfile, 'utf8').catch(() => undefined);
  if (steps !== undefined) await writeFile(dockerfile, steps.replace(/^FROM node:.*$/gm, `$&\n${impatient}`));
  return project;
}

/** A port of 127.0.0.1 that nobody listens on, nor gets for a connection of his own: those are above 32767. */
export async function freePort(): Promise<number> {
  const server = createServer();
  for (;;) {
    const port = randomInt(20_000, 32_768);
    const isFree = once(server.listen(port, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    );
    if (!(await isFree)) continue;
    server.close();
    return port;
  }
}

/** Asks again until the result is not undefined; for what tells nobody when it changes. Throws after a minute and a half. */
export async function until<Result>(
  what: string,
  ask: () => Result | undefined | Promise<Result | undefined>,
): Promise<Result> {
  const end = performance.now() + 90_000;
  for (;;) {
    const result = await ask();
    if (result !== undefined) return result;
    if (performance.now() > end) throw new Error(`Waited 90 s for ${what}.`);
    await delay(40);
  }
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks once, over a connection of its own; undefined when nobody answers. */
export function ask(url: string): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 5_000 }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, body }),
        () => resolve(undefined),
      );
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

/** Asks until the answer has this text in it. */
export function answerWith(url: string, part: string): Promise<Answer> {
  return until(`${url} to answer ${part}`, async () => {
    const answer = await ask(url);
    return answer?.body.includes(part) ? answer : undefined;
  });
}
