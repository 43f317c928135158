import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Docker from 'dockerode';
import type { Container } from '../../src/docker/engine.js';
import { Dockerfile, Livepush, type LivepushConstructOpts, type LivepushEvents } from '../../src/index.js';
import { cleanBuild, imageFileSystem } from './clean-build.js';
import { docker } from './docker-command.js';
import { differences, readFileSystem } from './file-system.js';
import { realEngine, testLabel } from './real-container.js';

/** An event of a `Livepush`, by its name, with what its listeners are given. */
export type Heard = { [Name in keyof LivepushEvents]: readonly [Name, ...LivepushEvents[Name]] }[keyof LivepushEvents];

const EVENTS: readonly (keyof LivepushEvents)[] = [
  ...(['livepushStart', 'commandExecute', 'commandOutput', 'commandReturn'] as const),
  ...(['containerRestart', 'cancel', 'livepushEnd'] as const),
];

export interface Setting {
  /** Lines. */
  readonly dockerfile: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly args?: Readonly<Record<string, string>>;
  /** Options of `docker run`. */
  readonly run?: readonly string[];
}

/** A container that was built and started without the library, for a `Livepush` to keep up to date. */
export class PushedContainer {
  /** Absolute path of the build context. */
  readonly context: string;
  readonly text: string;
  readonly id: string;
  readonly stageImages: readonly string[];
  readonly container: Container;
  readonly #engine = realEngine();
  readonly #args: Readonly<Record<string, string>>;

  constructor(made: Pick<PushedContainer, 'context' | 'text' | 'id' | 'stageImages'> & { args: Setting['args'] }) {
    this.context = made.context;
    this.text = made.text;
    this.id = made.id;
    this.stageImages = made.stageImages;
    this.#args = made.args ?? {};
    this.container = this.#engine.container(made.id);
  }

  /** A new instance, and all that it says from now on. */
  async livepush(options: Partial<LivepushConstructOpts> = {}): Promise<{ livepush: Livepush; heard: Heard[] }> {
    const livepush = await Livepush.init({ ...this.options(), ...options });
    return { livepush, heard: listen(livepush) };
  }

  /** What an instance is made with. */
  options() {
    const { context, text, id, stageImages } = this;
    return { dockerfileContent: text, context, containerId: id, stageImages, docker: new Docker() };
  }

  async chmod(path: string, mode: number): Promise<void> {
    await chmod(join(this.context, path), mode);
  }

  async write(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(join(this.context, path)), { recursive: true });
    await writeFile(join(this.context, path), content);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.context, path), { recursive: true });
  }

  /** What a command prints in the container. */
  async run(...argv: string[]): Promise<string> {
    return (await docker('exec', this.id, ...argv)).stdout;
  }

  /** What the container has other than a clean build of the context as it is now. */
  async drift(): Promise<string[]> {
    const dockerfile = new Dockerfile(this.text).generateLiveDockerfile();
    const input = { context: this.context, dockerfile, args: this.#args };
    const built = await cleanBuild(input);
    if (!built.ok) throw new Error(built.reason);
    const found = differences(await imageFileSystem(this.#engine, built.image), await readFileSystem(this.container));
    await this.#engine.removeImage(built.image);
    return found;
  }

  async dispose(): Promise<void> {
    await this.container.remove();
    this.#engine.close();
    await rm(this.context, { recursive: true, force: true });
  }
}

/** Builds a Dockerfile and all its stages, and starts a container of it; it is removed after the test. */
export async function pushedContainer(
  t: { teardown(clean: () => Promise<void>): void },
  { dockerfile, files, args, run = [] }: Setting,
): Promise<PushedContainer> {
  const context = await realpath(await mkdtemp(join(tmpdir(), 'livepush-library-')));
  const text = `${dockerfile.join('\n')}\n`;
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(context, path)), { recursive: true });
    await writeFile(join(context, path), content);
  }
  const live = new Dockerfile(text);
  const given = Object.entries(args ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  // in a folder of its own: builders take the whole folder of a Dockerfile for what it is read from
  const folder = await mkdtemp(join(tmpdir(), 'livepush-dockerfile-'));
  await writeFile(join(folder, 'Dockerfile'), live.generateLiveDockerfile());
  const images: string[] = [];
  for (const { name } of live.stages) {
    const target = name === undefined ? [] : ['--target', name];
    const { code, stdout, stderr } = await docker(
      'build',
      '-q',
      '-f',
      join(folder, 'Dockerfile'),
      ...given,
      ...target,
      context,
    );
    if (code !== 0) throw new Error(stderr);
    images.push(stdout.trim());
  }
  await rm(folder, { recursive: true });
  const started = await docker('run', '-d', '--init', '--label', testLabel, ...run, images.at(-1) as string);
  const made = new PushedContainer({
    context,
    text,
    args,
    id: started.stdout.trim(),
    stageImages: images.slice(0, -1),
  });
  t.teardown(() => made.dispose());
  return made;
}

/** Everything that an instance says. */
export function listen(livepush: Livepush): Heard[] {
  const heard: Heard[] = [];
  for (const name of EVENTS) livepush.on(name, (...args: unknown[]) => heard.push([name, ...args] as unknown as Heard));
  return heard;
}

/** The next event of a name. */
export async function next<Name extends keyof LivepushEvents>(
  livepush: Livepush,
  name: Name,
): Promise<LivepushEvents[Name]> {
  return (await once(livepush, name)) as LivepushEvents[Name];
}

/** What was said, one word for each. */
export const names = (heard: readonly Heard[]): string[] => heard.map(([name]) => name);
