import type { Container } from '../../docker/engine.js';
import { BuildShell } from './build-shell.js';
import type { FoundPath } from './found-paths.js';
import { lookAt } from './look-at.js';

/** Answers that are kept at most, of each kind. */
const MOST = 20_000;

/** What an image holds, as a container of it shows that no step runs in. It never changes: what was asked once is known. */
export class Pristine {
  readonly #open: () => Promise<Container>;
  #opened: Promise<{ container: Container; shell: BuildShell }> | undefined;
  readonly #paths = new Map<string, FoundPath | undefined>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #digests = new Map<string, string | undefined>();

  constructor(open: () => Promise<Container>) {
    this.#open = open;
  }

  /** Opens the container, if it is not open. */
  async shell(): Promise<BuildShell> {
    this.#opened ??= this.#open().then((container) => ({ container, shell: new BuildShell(async () => container) }));
    try {
      return (await this.#opened).shell;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  /** What stands at these paths; undefined for nothing. */
  lookAt(paths: readonly string[]): Promise<Map<string, FoundPath | undefined>> {
    return remembered(this.#paths, paths, async (left) => lookAt(await this.shell(), left));
  }

  /** Names directly in these directories; none for what is no directory. */
  names(directories: readonly string[]): Promise<Map<string, readonly string[]>> {
    return remembered(this.#names, directories, async (left) => (await this.shell()).list(left));
  }

  /** SHA-256 digests (base64) of files; undefined for what cannot be read. */
  digests(paths: readonly string[]): Promise<Map<string, string | undefined>> {
    return remembered(this.#digests, paths, async (left) => {
      const found = await (await this.shell()).hash(left);
      return new Map(left.map((path) => [path, found.get(path)]));
    });
  }

  /** Starts the container again, after the engine has stopped it. */
  async revive(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    opened?.shell.close();
    await opened?.container.start();
  }

  /** Removes the container. */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    opened?.shell.close();
    await opened?.container.remove();
  }
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
