import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Container } from '../../src/docker/engine.js';
import type { LivepushEvent } from '../../src/events.js';
import { type BuildInput, cleanBuild, imageFileSystem } from './clean-build.js';
import { docker } from './docker-command.js';
import { differences, type FileSystem, readFileSystem } from './file-system.js';
import { type LiveProject, makeLiveProject } from './live-project.js';
import { type Tree, writeTree } from './write-tree.js';

/** What is at hand for looking at an edit. */
export interface Seen {
  readonly project: LiveProject;
  readonly service: string;
  /** Absolute path of the build context. */
  readonly context: string;
  /** Of the service, since the edit. */
  readonly events: () => LivepushEvent[];
  readonly containers: () => Promise<Container[]>;
}

type Check = (t: ExecutionContext, seen: Seen) => Promise<void> | void;

/** One edit of a context, and what has to come of it. Whatever is not said: a push that is done, and one restart. */
export interface Edit {
  readonly change: Tree;
  /** For what a tree cannot say; after the change. */
  readonly act?: (seen: Seen) => Promise<void>;
  readonly restart?: boolean;
  /**
   * `silent`: no push names its paths, neither now nor with the next edit; `failed`: nor does a clean build work unless
   * `builds` says so; `rebuild`: the service is built anew.
   */
  readonly outcome?: 'done' | 'silent' | 'failed' | 'rebuild';
  /** The clean build works, and still the push fails: the running container is the reason. */
  readonly builds?: boolean;
  readonly check?: Check;
}

/** A service of its own, edited while it runs. */
export interface RuleCase {
  /** Lines of the Dockerfile. Without a FROM it is made of busybox; a CMD that sleeps is its end. */
  readonly dockerfile: readonly string[];
  /** The same with its directives written out, where it has any. */
  readonly live?: readonly string[];
  readonly ignore?: string;
  readonly tree: Tree;
  readonly edits: readonly Edit[];
  readonly build?: (context: string) => Readonly<Record<string, unknown>>;
  /** Keys of the service. */
  readonly service?: (context: string) => Readonly<Record<string, unknown>>;
  /** How a clean build is called where more than context and Dockerfile count. */
  readonly clean?: (context: string) => Partial<BuildInput>;
  /** Paths that are no part of the image: what lies under a mount. */
  readonly without?: RegExp;
}

export interface RuleOptions {
  /** Of the compose file. */
  readonly secrets?: Readonly<Record<string, unknown>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  /** Files of the project's folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Images that are built first, without a context: Dockerfiles by the names under which the cases know them. */
  readonly images?: Readonly<Record<string, string>>;
}

const SLEEP = 'CMD ["sleep", "100000"]';

const textOf = (lines: readonly string[]): string => {
  const all = lines.some((line) => line.startsWith('FROM ')) ? lines : ['FROM busybox:1.37', ...lines];
  return `${[...all, SLEEP].join('\n')}\n`;
};

/** Declares a test for each case; all of them are services of one compose project that one session keeps live. */
export function testRules(cases: Readonly<Record<string, RuleCase>>, options: RuleOptions = {}): void {
  let project: LiveProject;
  const named = Object.entries(cases).map(([title, input], index) => ({ title, input, service: `c${index}` }));
  const gate = new Gate(4);
  test.before('the session starts', async (t) => {
    t.timeout(400_000);
    project = await makeLiveProject(options.files ?? {}, 'lpr');
    for (const [name, text] of Object.entries(options.images ?? {})) await buildImage(name, text);
    for (const { input, service } of named) await writeCase(contextOf(project, service), input);
    const services = named.map(({ input, service }) => [service, composeService(project, service, input)]);
    const { secrets, volumes } = options;
    const compose = { secrets, volumes, services: Object.fromEntries(services) };
    await project.write('compose.yaml', JSON.stringify(compose, undefined, 1));
    project.start();
    await ready(project);
  });
  test.after.always('the session ends', async () => {
    await project?.remove();
    for (const name of Object.keys(options.images ?? {})) await docker('image', 'rm', '--force', name);
    for (const name of Object.keys(options.volumes ?? {}))
      await docker('volume', 'rm', '--force', `${project.name}_${name}`);
  });
  for (const { title, input, service } of named) {
    test(title, async (t) => {
      t.timeout(400_000);
      const seen: Omit<Seen, 'events'> = {
        ...{ project, service, context: contextOf(project, service) },
        containers: () => project.containers(service),
      };
      const player = new Player(t, { input, gate, seen });
      for (const [index, edit] of input.edits.entries()) if (!(await player.play(edit, index + 1))) return;
    });
  }
}

async function buildImage(name: string, text: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-image-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), text);
    const { code, stderr } = await docker('build', '--quiet', '--tag', name, folder);
    if (code !== 0) throw new Error(stderr);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Waits until all containers are followed; when they will not be, tells what the session had to say. */
async function ready(project: LiveProject): Promise<void> {
  try {
    await project.until(() => project.events.find(({ type }) => type === 'ready'), { what: 'ready', within: 380_000 });
  } catch (cause) {
    const told = project.events.filter(({ type }) => type === 'diagnostic' || type === 'buildOutput').slice(-20);
    throw new Error([String(cause), ...told.map((event) => JSON.stringify(event))].join('\n'), { cause });
  }
}

const contextOf = ({ folder, name }: LiveProject, service: string): string => join(folder, `${name}-${service}`);

async function writeCase(context: string, input: RuleCase): Promise<void> {
  await mkdir(context);
  await writeTree(context, input.tree);
  await writeFile(join(context, 'Dockerfile'), textOf(input.dockerfile));
  if (input.ignore !== undefined) await writeFile(join(context, '.dockerignore'), input.ignore);
}

function composeService(project: LiveProject, service: string, { build, service: more }: RuleCase): unknown {
  const context = contextOf(project, service);
  const common = { init: true, network_mode: 'none', ...more?.(context) };
  return { ...common, build: { context, ...build?.(context) } };
}

/** Lets so many in at once: every one of them builds and reads images. */
class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

/** Milliseconds in which more has to come when a container is not yet what it should be. */
const PATIENCE = 3000;

/** Differences that are told. */
const MOST = 30;

/** Plays the edits of one case. */
class Player {
  readonly #t: ExecutionContext;
  readonly #input: RuleCase;
  readonly #gate: Gate;
  readonly #seen: Omit<Seen, 'events'>;
  /** Paths of edits that no push may name. */
  readonly #silent = new Set<string>();
  #since = 0;

  constructor(t: ExecutionContext, { input, gate, seen }: { input: RuleCase; gate: Gate; seen: Omit<Seen, 'events'> }) {
    this.#t = t;
    this.#input = input;
    this.#gate = gate;
    this.#seen = seen;
  }

  /** Makes an edit and looks what comes of it; false when this was not as it should be. */
  async play(edit: Edit, number: number): Promise<boolean> {
    const { project, service, context } = this.#seen;
    const { outcome = 'done' } = edit;
    const seen: Seen = { ...this.#seen, events: () => this.#events() };
    this.#since = project.events.length;
    const lives = await this.#lives();
    await writeTree(context, edit.change);
    await edit.act?.(seen);
    if (outcome === 'silent') {
      for (const path of Object.keys(edit.change)) this.#silent.add(path);
      return true;
    }
    await this.#reaches(outcome);
    const findings = outcome === 'failed' ? await this.#failure(edit) : await this.#difference();
    await project.settled(service);
    if (outcome !== 'rebuild') findings.push(...(await this.#restarts(edit, lives)));
    const same = this.#t.deepEqual(findings, [], [`edit ${number}`, ...this.#told()].join('\n'));
    const quiet = this.#t.deepEqual(this.#named(), [], `edit ${number}: a push names what has not changed`);
    await edit.check?.(this.#t, seen);
    return same && quiet;
  }

  #events(): LivepushEvent[] {
    const { project, service } = this.#seen;
    return project.events.slice(this.#since).filter((event) => 'service' in event && event.service === service);
  }

  #told(): string[] {
    return this.#events()
      .filter(({ type }) => type !== 'buildOutput')
      .map((event) => JSON.stringify(event));
  }

  /** Paths that are named by a push though nothing became of them. */
  #named(): string[] {
    const pushes = this.#events().flatMap((event) => (event.type === 'livepushStart' ? [event] : []));
    return pushes.flatMap(({ changed, deleted }) => [...changed, ...deleted]).filter((path) => this.#silent.has(path));
  }

  async #reaches(outcome: 'done' | 'failed' | 'rebuild'): Promise<void> {
    const { project } = this.#seen;
    const isThere = (event: LivepushEvent): boolean =>
      outcome === 'rebuild'
        ? event.type === 'rebuildEnd'
        : event.type === 'livepushEnd' && event.outcome !== 'cancelled' && event.outcome !== 'nothing';
    const what = `a push that is ${outcome}`;
    try {
      await project.until(() => this.#events().find(isThere), { what, within: 180_000 });
    } catch (cause) {
      throw new Error([what, ...this.#told()].join('\n'), { cause });
    }
  }

  async #lives(): Promise<string[]> {
    const containers = await this.#seen.containers();
    const infos = await Promise.all(containers.map((container) => container.inspect()));
    return infos.map(({ id, startedAt, running }) => `${id} ${startedAt} ${running}`).sort();
  }

  /** What is wrong about restarts: each push restarts all containers once, or none. */
  async #restarts({ restart = true, outcome }: Edit, before: readonly string[]): Promise<string[]> {
    const events = this.#events();
    const rebuilt = events.filter(({ type }) => type === 'rebuildStart').length;
    const restarts = events.filter(({ type }) => type === 'containerRestart').length;
    const pushes = events.filter((event) => event.type === 'livepushEnd' && event.outcome === 'done').length;
    const found = rebuilt > 0 ? ['It was rebuilt.'] : [];
    if (restart && outcome !== 'failed') {
      return restarts === pushes * before.length ? found : [...found, `${restarts} restarts in ${pushes} pushes`];
    }
    const same = JSON.stringify(await this.#lives()) === JSON.stringify(before);
    return same && restarts === 0 ? found : [...found, 'The main process is another one.'];
  }

  /** What differs from a clean build when the session has come to rest. A push can have any number of parts. */
  async #difference(): Promise<string[]> {
    const { project, service } = this.#seen;
    const expected = await this.#gate.run(() => this.#expected());
    for (;;) {
      await project.settled(service);
      const seen = project.events.length;
      const found = await this.#gate.run(() => this.#compare(expected));
      if (found.length === 0 || !(await this.#moves(seen))) return found;
    }
  }

  /** A push that fails is one that a clean build fails at as well; the old process goes on. */
  async #failure({ builds = false }: Edit): Promise<string[]> {
    const built = await this.#gate.run(() => cleanBuild(this.#buildInput()));
    if (built.ok) await this.#seen.project.engine.removeImage(built.image);
    const done = this.#events().some((event) => event.type === 'livepushEnd' && event.outcome === 'done');
    return [
      ...(built.ok === builds ? [] : [`A clean build ${built.ok ? 'works' : `fails: ${built.reason}`}.`]),
      ...(done ? ['A push was done.'] : []),
    ];
  }

  #buildInput(): BuildInput {
    const { context } = this.#seen;
    const { live, dockerfile, clean } = this.#input;
    return { context, dockerfile: textOf(live ?? dockerfile), ...clean?.(context) };
  }

  async #expected(): Promise<FileSystem> {
    const { engine } = this.#seen.project;
    const built = await cleanBuild(this.#buildInput());
    if (!built.ok) throw new Error(`The clean build fails: ${built.reason}`);
    try {
      return await imageFileSystem(engine, built.image);
    } finally {
      await engine.removeImage(built.image);
    }
  }

  async #compare(expected: FileSystem): Promise<string[]> {
    const containers = await this.#seen.containers();
    const { without } = this.#input;
    const lines = await Promise.all(containers.map(async (one) => differences(expected, await readFileSystem(one))));
    const kept = lines.flat().filter((line) => !without?.test(line));
    const shown = kept.length > MOST ? [...kept.slice(0, MOST), `and ${kept.length - MOST} more`] : kept;
    return containers.length > 0 ? shown : ['There is no container.'];
  }

  #moves(seen: number): Promise<boolean> {
    const { project, service } = this.#seen;
    const isOwn = (event: object): boolean => 'service' in event && event.service === service;
    const moved = () => project.events.slice(seen).some(isOwn) || undefined;
    return project.log.until(moved, { what: 'an event', within: PATIENCE }).catch(() => false);
  }
}
