import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container } from '../../src/docker/engine.js';
import { isWithin } from '../../src/plan/context-tree.js';
import { cleanFileSystem } from '../helpers/clean-build.js';
import { docker } from '../helpers/docker-command.js';
import { differences, type FileSystem, readFileSystem } from '../helpers/file-system.js';
import { changedOnHost, hostTree } from '../helpers/host-tree.js';
import { runIn } from '../helpers/real-container.js';
import { makeUpProject, type UpProject, until } from '../helpers/up-project.js';

/** The build secret of the project: it must not be found anywhere on a disk but in its own file. */
export const SECRET = 'tok-4711-of-nobody';

const copies = 'i=0; while [ $i -lt 30 ]; do cp src/text /out/$i; i=$((i+1)); done';

/** Steps in two stages that read a secret, remove, chown and write many files where the service has its mounts, too. */
const DOCKERFILE = [
  ...['FROM busybox:1.37 AS make', 'COPY src /src'],
  'RUN rm -rf /made && mkdir -p /made/deep && cp /src/text /made/text && cp /src/text /made/deep/text',
  ...['FROM busybox:1.37', 'WORKDIR /app', 'COPY src ./src', '# livepush-check ignore=run-not-repeatable'],
  `RUN --mount=type=secret,id=token,target=/deep/er/token wc -c </deep/er/token >/size && rm -rf /out && mkdir /out && ${copies} && rm -rf /app/host /app/data && mkdir -p /app/host/d && cp src/text /app/host/a && chown -R 5:6 /app/src /app/host`,
  ...['COPY --from=make /made /made', 'RUN cat src/text /made/text >/late-made'],
  ...['COPY late ./late', 'CMD ["sleep", "100000"]', ''],
].join('\n');

const COMPOSE = {
  services: {
    web: {
      build: { context: './app', secrets: ['token'] },
      ...{ init: true, stop_grace_period: '1s', scale: 2 },
      ...{ volumes: ['./host:/app/host', 'data:/app/data'], tmpfs: ['/scratch'] },
    },
  },
  volumes: { data: {} },
  secrets: { token: { file: './token.txt' } },
};

const MOUNTED = ['/app/host', '/app/data', '/scratch'];
/** Files of the context that no step runs behind. */
const LATE = Array.from({ length: 12 }, (_, index) => `app/late/${index}`);

/** What is attacked: a project with folders of the host, a volume, a secret, and two replicas. */
export class Victim {
  readonly project: UpProject;
  readonly #context: string;
  #host: ReadonlyMap<string, string> = new Map();
  #edits = 0;
  /** Names of volumes of helpers. */
  readonly #volumes = new Set<string>();
  /** Paths below the context that an edit has made or removed: all else of the host has to stay as it is. */
  readonly #edited = new Set<string>(['src/text', 'src', 'late', ...LATE.map((path) => path.slice('app/'.length))]);

  private constructor(project: UpProject) {
    this.project = project;
    this.#context = join(project.folder, 'app');
  }

  static async create(): Promise<Victim> {
    const files = Object.fromEntries(LATE.map((path) => [path, 'one\n']));
    const mine = { 'host/a': 'mine\n', 'host/d/b': 'mine\n', 'token.txt': SECRET };
    const project = await makeUpProject({
      ...{ 'compose.yaml': JSON.stringify(COMPOSE), 'app/Dockerfile': DOCKERFILE, 'app/src/text': 'one\n' },
      ...{ ...files, ...mine },
    });
    const victim = new Victim(project);
    victim.#host = await hostTree(project.folder);
    return victim;
  }

  /** Edits files in front of the steps, or behind them. */
  edit({ runs }: { readonly runs: boolean }): void {
    this.#edits += 1;
    const text = `${this.#edits} ${runs}\n`;
    if (runs) this.project.write('app/src/text', text);
    else this.#editLate(text);
  }

  #editLate(text: string): void {
    for (const [index, path] of LATE.entries()) {
      const isGone = (index + this.#edits) % 3 === 0;
      if (!isGone) this.project.write(path, text);
      else if (this.#edits > 1 && (index + this.#edits - 1) % 3 !== 0) this.project.delete(path);
    }
  }

  /** The service writes into its volume, and where no push comes. */
  async use(): Promise<void> {
    for (const container of await this.project.containers('web'))
      await runIn(container, ['sh', '-c', 'echo mine >/app/data/of-service; echo mine >/of-service']);
  }

  /** Containers of the service, as what an image gives them. */
  async systems(): Promise<FileSystem[]> {
    const containers = await this.project.containers('web');
    return Promise.all(containers.map(async (container) => shown(await readFileSystem(container))));
  }

  /** How the containers differ from a clean build of the files as they are. */
  async wrong(): Promise<string[]> {
    const dockerfile = await readFile(join(this.#context, 'Dockerfile'), 'utf8');
    const flags = ['--secret', `id=token,src=${join(this.project.folder, 'token.txt')}`];
    const expected = shown(await cleanFileSystem(this.project.engine, { context: this.#context, dockerfile, flags }));
    const found = await this.systems();
    const running = (await this.project.lives('web')).filter((life) => life.running).length;
    const count = running === 2 ? [] : [`${running} of ${found.length} containers run, not 2.`];
    return [...count, ...found.flatMap((system) => differences(expected, system))];
  }

  /** Whether each container is as it was before, or as a clean build of the files as they are. */
  async half(before: readonly FileSystem[]): Promise<string[]> {
    if ((await this.wrong()).length === 0) return [];
    const now = await this.systems();
    return now.flatMap((system, at) =>
      differences(before[at] ?? new Map(), system).map((line) => `Half landed: ${line}`),
    );
  }

  /** Ids of the service's containers. */
  async replicas(): Promise<string[]> {
    return (await this.project.containers('web')).map(({ id }) => id);
  }

  /** Ids of the containers that the tool has made itself. */
  async helpers(): Promise<string[]> {
    const { engine, name } = this.project;
    return (await engine.listContainers([`docker-livepush=${name}`])).map(({ id }) => id);
  }

  /** Resolves when all of the service runs. */
  async running(): Promise<void> {
    await until('the service to run', async () =>
      (await this.project.lives('web')).every(({ running }) => running) ? true : undefined,
    );
  }

  /** Takes note of the volumes that helpers have now. */
  async noteVolumes(): Promise<void> {
    for (const id of await this.helpers()) {
      const info = await this.project.engine
        .container(id)
        .inspect()
        .catch(() => undefined);
      for (const { type, source } of info?.mounts ?? [])
        if (type === 'volume') this.#volumes.add(source.split('/').at(-2) ?? '');
    }
  }

  /** Of the volumes that were noted those that are still there. */
  async volumesLeft(): Promise<string[]> {
    const there = new Set((await docker('volume', 'ls', '--quiet')).stdout.split('\n'));
    return [...this.#volumes].filter((name) => there.has(name)).map((name) => `Volume ${name} is left.`);
  }

  /** What was done to the user's files, volumes and secrets. */
  async harm(output: string): Promise<string[]> {
    const changed = changedOnHost(this.#host, await hostTree(this.project.folder));
    const told = output.includes(SECRET) ? ['The secret was printed.'] : [];
    const mine = changed.filter((path) => !this.#edited.has(path.replace(/^app\//, '')) && path !== 'app');
    return [...mine.map((path) => `${path} of the host is not as it was.`), ...told, ...(await this.#leaks())];
  }

  /** Whether the service still finds what it has put into its volume. */
  async lost(): Promise<string[]> {
    const [container] = await this.project.containers('web');
    const there = await container?.stat('/app/data/of-service');
    return there ? [] : ['What the service wrote is gone from its volume.'];
  }

  /** Containers whose layers hold the secret, as the engine gives them. */
  async #leaks(): Promise<string[]> {
    const { engine, name } = this.project;
    const labels = [`com.docker.compose.project=${name}`, `docker-livepush=${name}`];
    const found: string[] = [];
    for (const label of labels)
      for (const each of await engine.listContainers([label]))
        if (await holdsSecret(engine.container(each.id))) found.push(`The secret is in a layer of ${each.name}.`);
    return found;
  }

  async remove(): Promise<void> {
    await this.project.remove();
    await docker('volume', 'rm', '--force', `${this.project.name}_data`);
  }
}

/** False for a container that goes away meanwhile. */
async function holdsSecret(container: Container): Promise<boolean> {
  try {
    let before = '';
    for await (const chunk of await container.export()) {
      const text = before + (chunk as Buffer).toString('latin1');
      if (text.includes(SECRET)) return true;
      before = text.slice(-SECRET.length);
    }
  } catch {
    // what of it is on the disk is looked at there
  }
  return false;
}

const isUnder = (path: string) => MOUNTED.some((at) => isWithin(at, path) || at === path);

/** Left by an engine that was killed while it packed or unpacked an archive there. */
const isOfEngine = (path: string) => path.startsWith('/.pivot_root');

/** Without what mounts hide, and what the service has written. */
const shown = (system: FileSystem): FileSystem =>
  new Map([...system].filter(([path]) => !isUnder(path) && !isOfEngine(path) && path !== '/of-service'));
