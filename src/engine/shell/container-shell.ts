import type { Container } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { askInBulk } from './ask-in-bulk.js';
import { parseDigests, parseMasks, parseNames, parseStats, type ShellStat } from './shell-answers.js';
import { openShellSession, plainShell, type ShellProgram, type ShellSession } from './shell-session.js';
import { whileAwake } from './while-awake.js';

/** Paths looked at with one command: their names have to fit on its command line. */
const CHUNK = 1000;

/** One long-lived shell in a container for small commands: a tenth of what an exec each would cost. Opened when first needed. */
export class ContainerShell {
  readonly #container: () => Promise<Container>;
  readonly #program: ShellProgram;
  readonly #patience: number | undefined;
  #session: Promise<ShellSession> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param patience milliseconds without an answer after which the container is looked at */
  constructor(container: () => Promise<Container>, program: ShellProgram = plainShell, patience?: number) {
    this.#patience = patience;
    this.#container = container;
    this.#program = program;
  }

  /** Removes paths with all below them; one that is not there is no error. Throws `container-refused` when something stays. */
  async remove(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const trouble = (await this.request('remove', paths)).trim();
    if (trouble) {
      throw new LivepushError(
        'container-refused',
        `The container could not remove what is gone from the context: ${trouble}.`,
      );
    }
  }

  /** Removes files, and directories that are empty by then; all others are left alone. */
  async takeAway(paths: readonly string[]): Promise<void> {
    await inChunks(paths, async (chunk) => [await this.request('take', chunk)]);
  }

  /** Removes those of these directories that are empty, one after the other; all others are left alone. */
  async prune(directories: readonly string[]): Promise<void> {
    if (directories.length > 0) await this.request('prune', directories);
  }

  /** Moves a path; what stands at `to` is removed, missing parents are made. */
  async move(from: string, to: string): Promise<void> {
    const trouble = (await this.request('move', [from, to])).trim();
    if (trouble) throw new LivepushError('container-refused', `The container could not move ${from}: ${trouble}.`);
  }

  /** Looks at paths, links themselves; what is not there, or cannot be told by its name, is missing in the answer. */
  async stat(paths: readonly string[]): Promise<Map<string, ShellStat>> {
    const plain = paths.filter((path) => !/[\t\n]/.test(path));
    const answer = await this.inBulk(['stat', '-c', '%f %s %Y %Z %u %g %n', '--'], plain);
    if (answer !== undefined) return new Map(parseStats(answer.replaceAll('\n', '\t')));
    return new Map(await inChunks(plain, async (chunk) => parseStats(await this.request('stat', chunk))));
  }

  /** Where links lead, as they are written; what is no link, or cannot be told by its target, is missing. */
  async links(paths: readonly string[]): Promise<Map<string, string>> {
    const read = await inChunks(paths, async (chunk) => {
      const targets = (await this.request('links', chunk)).split('\t');
      return targets.length === chunk.length + 1 ? chunk.map((path, at) => [path, targets[at] ?? ''] as const) : [];
    });
    return new Map(read.filter(([, target]) => target !== ''));
  }

  /** SHA-256 digests (base64) of files; what cannot be read, or told by its name, is missing, and all where there is no such command. */
  async hash(paths: readonly string[]): Promise<Map<string, string>> {
    const plain = paths.filter((path) => !/[\t\n\\]/.test(path));
    const answer = await this.inBulk(['sha256sum', '--'], plain);
    if (answer !== undefined) return new Map(parseDigests(answer.replaceAll('\n', '\t')));
    return new Map(await inChunks(plain, async (chunk) => parseDigests(await this.request('hash', chunk))));
  }

  /** Names directly in each of these directories; none for what is no directory. */
  async list(directories: readonly string[]): Promise<Map<string, readonly string[]>> {
    const listed = await inChunks(directories, async (chunk) => {
      const names = parseNames(await this.request('list', chunk));
      return names.map((each, at) => [chunk[at] ?? '', each] as const);
    });
    return new Map(listed);
  }

  /** Ends a process group, and all processes of its session, at once. */
  async endGroup(leader: number): Promise<void> {
    await this.request('end', [String(leader)]);
  }

  /**
   * Signals that process 1 catches, or blocks to wait for them, as a bit mask: bit 0 is signal 1. An init takes them all:
   * while it waits for signals the kernel shows none of them.
   */
  async handledSignals(): Promise<bigint> {
    return parseMasks(await this.request('signals', []));
  }

  /** Seconds that process 1 has been there, by the clock of its kernel; undefined where that cannot be told. */
  async age(): Promise<number | undefined> {
    const answer = (await this.request('age', [])).trim();
    return answer === '' ? undefined : Number(answer);
  }

  /** Ends the session; the next request opens another. */
  close(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.then(
      (open) => open.close(),
      () => {},
    );
  }

  /** The answer of a command to many paths; undefined for few, and where the container cannot do it. */
  protected async inBulk(command: readonly string[], paths: readonly string[]): Promise<string | undefined> {
    return paths.length > CHUNK ? askInBulk(await this.#container(), command, paths) : undefined;
  }

  protected request(op: string, args: readonly (string | Buffer)[]): Promise<string> {
    const answer = this.#turn.then(() => this.#ask(op, args));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async #ask(op: string, args: readonly (string | Buffer)[]): Promise<string> {
    // the process of a session ends with the container's: before anything was asked, another one will do
    if (
      await this.#session?.then(
        ({ isOver }) => isOver,
        () => true,
      )
    )
      this.close();
    this.#session ??= this.#container().then((container) => openShellSession(container, this.#program));
    try {
      return await whileAwake(await this.#container(), (await this.#session).ask(op, args), this.#patience);
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

/** Asks about many paths with a few commands. */
async function inChunks<Found>(
  paths: readonly string[],
  ask: (chunk: readonly string[]) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[][] = [];
  for (let i = 0; i < paths.length; i += CHUNK) found.push(await ask(paths.slice(i, i + CHUNK)));
  return found.flat();
}
