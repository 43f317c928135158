import type { Container } from '../../docker/engine.js';
import { isLost } from '../look-for-end.js';
import { BuildShell } from './build-shell.js';
import { fileCapabilities } from './file-capabilities.js';
import type { FoundPath } from './found-paths.js';
import { lookAt } from './look-at.js';
import { reviveContainer } from './open-build-container.js';

/** Answers that are kept at most, of each kind. */
const MOST = 20_000;

interface Opened {
  readonly container: Container;
  readonly shell: BuildShell;
}

/** What an image holds, as a container of it shows that no step runs in. It never changes: what was asked once is known. */
export class Pristine {
  readonly #open: () => Promise<Container>;
  #opened: Promise<Opened> | undefined;
  readonly #paths = new Map<string, FoundPath | undefined>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #digests = new Map<string, string | undefined>();

  constructor(open: () => Promise<Container>) {
    this.#open = open;
  }

  /** Opens the container, if it is not open. */
  async open(): Promise<void> {
    await this.#container();
  }

  /** These paths with all below them. */
  below(paths: readonly string[]): Promise<FoundPath[]> {
    return this.#ask((shell) => shell.below(paths));
  }

  /** File capabilities by path. */
  capabilities(files: readonly FoundPath[]): Promise<Map<string, string>> {
    return files.length === 0 ? Promise.resolve(new Map()) : this.#ask((_, opened) => fileCapabilities(opened, files));
  }

  /** What stands at these paths; undefined for nothing. */
  lookAt(paths: readonly string[]): Promise<Map<string, FoundPath | undefined>> {
    return remembered(this.#paths, paths, (left) => this.#ask((shell) => lookAt(shell, left)));
  }

  /** Names directly in these directories; none for what is no directory. */
  names(directories: readonly string[]): Promise<Map<string, readonly string[]>> {
    return remembered(this.#names, directories, (left) => this.#ask((shell) => shell.list(left)));
  }

  /** SHA-256 digests (base64) of files; undefined for what cannot be read. */
  digests(paths: readonly string[]): Promise<Map<string, string | undefined>> {
    return remembered(this.#digests, paths, async (left) => {
      const found = await this.#ask((shell) => shell.hash(left));
      return new Map(left.map((path) => [path, found.get(path)]));
    });
  }

  /** Starts the container again, after the engine has stopped it. */
  async revive(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    opened?.shell.close();
    await reviveContainer(opened?.container);
  }

  /** Removes the container. */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await remove(opened);
  }

  /** Where somebody has removed the container, or ended it, another one shows the same. */
  async #ask<Answer>(ask: (shell: BuildShell, opened: Opened) => Promise<Answer>): Promise<Answer> {
    const opened = await this.#container();
    try {
      return await ask(opened.shell, opened);
    } catch (error) {
      if (!isLost(error)) throw error;
      if ((await this.#opened?.catch(() => undefined)) === opened) this.#opened = undefined;
      await remove(opened);
      const another = await this.#container();
      return ask(another.shell, another);
    }
  }

  async #container(): Promise<Opened> {
    this.#opened ??= this.#open().then((container) => ({ container, shell: new BuildShell(async () => container) }));
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }
}

async function remove(opened: Opened | undefined): Promise<void> {
  opened?.shell.close();
  await opened?.container.remove();
}

async function remembered<Answer>(
  known: Map<string, Answer>,
  asked: readonly string[],
  ask: (left: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
): Promise<Map<string, Answer>> {
  const left = asked.filter((each) => !known.has(each));
  if (left.length > 0) {
    if (known.size + left.length > MOST) known.clear();
    for (const [each, answer] of await ask(left)) known.set(each, answer);
  }
  return new Map(asked.flatMap((each) => (known.has(each) ? [[each, known.get(each) as Answer] as const] : [])));
}
