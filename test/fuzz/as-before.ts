import type { Container } from '../../src/docker/engine.js';
import type { LivepushEvent } from '../../src/events.js';
import { differences, type FileSystem, readFileSystem } from '../helpers/file-system.js';

/** A container as it was at a moment: all of its file system, and what the engine lists as changed. */
interface Remembered {
  readonly container: Container;
  readonly system: FileSystem;
  readonly listed: ReadonlySet<string>;
}

/** The containers of a service at a moment, to be held against what they are after pushes that did not succeed. */
export class Snapshot {
  readonly #remembered: readonly Remembered[];

  private constructor(remembered: readonly Remembered[]) {
    this.#remembered = remembered;
  }

  static async take(containers: readonly Container[]): Promise<Snapshot> {
    const remembered = containers.map(async (container) => {
      return { container, system: await readFileSystem(container), listed: await listedBy(container) };
    });
    return new Snapshot(await Promise.all(remembered));
  }

  /** True where these events of the service say that nothing came to its end: no push, no rebuild, no landing of one. */
  isToHold(events: readonly LivepushEvent[]): boolean {
    const own = new Set(this.#remembered.map(({ container }) => container.id));
    return events.every((event) => {
      switch (event.type) {
        case 'livepushEnd':
          return event.outcome !== 'done';
        case 'rebuildEnd':
          return !event.ok;
        case 'filesCopied':
        case 'filesDeleted':
          // a push that has landed may be cancelled before it restarts: the next one does
          return !own.has(event.containerId);
        default:
          return true;
      }
    });
  }

  /** What is not as it was. */
  async differences(): Promise<string[]> {
    const found = this.#remembered.map(async ({ container, system, listed }) => {
      const now = await readFileSystem(container);
      const more = [...(await listedBy(container))].filter((change) => !listed.has(change));
      return [
        ...differences(system, now).map((line) => line.replace('a clean build has', 'before there was')),
        ...more.map((change) => `not listed as changed before: ${change}`),
      ];
    });
    return (await Promise.all(found)).flat();
  }
}

const listedBy = async (container: Container): Promise<ReadonlySet<string>> =>
  new Set((await container.changes()).map(({ path, kind }) => `${kind} ${path}`));
