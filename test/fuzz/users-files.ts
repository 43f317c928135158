import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container } from '../../src/docker/engine.js';
import { isWithin } from '../../src/plan/context-tree.js';
import type { FileSystem } from '../helpers/file-system.js';
import { changedOnHost, hostTree } from '../helpers/host-tree.js';
import type { LiveProject } from '../helpers/live-project.js';
import { runIn } from '../helpers/real-container.js';
import { hostFolderOf } from './case-folders.js';
import type { FuzzCase, MountDraft } from './model.js';

interface Shown {
  /** A volume is handed on to the containers of a rebuild as it was. */
  readonly rebuilt: boolean;
  /** What a clean build has: directories on the way to a mount are not in it. */
  readonly expected?: FileSystem;
}

/** What is mounted into the containers of a case, and is nothing that a push may touch. */
export class UsersFiles {
  readonly #mounts: readonly MountDraft[];
  readonly #folders: readonly string[];
  #before: readonly ReadonlyMap<string, string>[] = [];
  /** Files that the service has put into its volumes. */
  #written: readonly string[] = [];

  private constructor(mounts: readonly MountDraft[], folders: readonly string[]) {
    this.#mounts = mounts;
    this.#folders = folders;
  }

  /** Makes the folders of the host, each with files of the user's. */
  static async create(project: LiveProject, service: string, { mounts }: FuzzCase): Promise<UsersFiles> {
    const folders: string[] = [];
    for (const [index, { kind }] of mounts.entries()) {
      if (kind !== 'bind') continue;
      const folder = join(project.folder, hostFolderOf(project, service, index));
      await mkdir(join(folder, 'd'), { recursive: true });
      for (const path of ['a.txt', 'd/a.txt', 'mine']) await writeFile(join(folder, path), `of the user: ${path}\n`);
      await chmod(join(folder, 'd/a.txt'), 0o600);
      await chown(join(folder, 'mine'), 3, 4);
      folders.push(folder);
    }
    return new UsersFiles(mounts, folders);
  }

  /** Takes note of how they are once the containers have started, and has the service write into its volumes. */
  async begin(containers: readonly Container[]): Promise<void> {
    const written = new Set(this.#volumes.map((target) => `${target}/.of-service`));
    // without its capabilities not even root may write everywhere
    for (const container of containers)
      for (const path of [...written])
        if ((await runIn(container, ['touch', path], { user: '0' })).code !== 0) written.delete(path);
    this.#written = [...written];
    this.#before = await Promise.all(this.#folders.map(hostTree));
  }

  /** What is not as it was. */
  async harm(containers: readonly Container[], { rebuilt }: Shown): Promise<string[]> {
    const now = await Promise.all(this.#folders.map(hostTree));
    const changed = now.flatMap((tree, i) => changedOnHost(this.#before[i] ?? new Map(), tree));
    const lost: string[] = [];
    for (const container of rebuilt ? [] : containers)
      for (const path of this.#written)
        if (!(await container.stat(path))) lost.push(`${path} is gone from its volume.`);
    return [...changed.map((path) => `${path} of the host is not as it was.`), ...lost];
  }

  /** A file system without what mounts hide, and what the service wrote. */
  shown(system: FileSystem, { rebuilt, expected }: Shown): FileSystem {
    const hidden = this.#mounts.filter(({ kind }) => kind !== 'volume' || rebuilt).map(({ target }) => target);
    const isHidden = (path: string): boolean =>
      hidden.some((target) => isWithin(target, path)) ||
      path.endsWith('/.of-service') ||
      this.#mounts.some(({ target }) => path === target || (isWithin(path, target) && expected?.has(path) === false));
    return new Map([...system].filter(([path]) => !isHidden(path)));
  }

  get #volumes(): string[] {
    const covered = (target: string) =>
      this.#mounts.some((other) => other.target !== target && isWithin(target, other.target));
    return this.#mounts.flatMap(({ kind, target }) => (kind === 'volume' && !covered(target) ? [target] : []));
  }
}
