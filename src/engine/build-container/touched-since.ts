import type { BuildShell, Mark } from './build-shell.js';
import type { FoundPath } from './found-paths.js';

/** What was touched in a build container since a mark, and what the directories among that hold now. */
export interface TouchedSince {
  readonly paths: ReadonlyMap<string, FoundPath>;
  /** Names by directory. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** These paths with all below them. */
  readonly below: (paths: readonly string[]) => Promise<FoundPath[]>;
}

/** Looks what was touched since a mark; undefined where the image has no tools to tell. */
export async function touchedSince(shell: BuildShell, mark: Mark): Promise<TouchedSince | undefined> {
  const found = await shell.changes(mark);
  if (found === undefined) return undefined;
  const directories = found.filter(({ kind }) => kind === 'directory').map(({ path }) => path);
  return {
    paths: new Map(found.map((path) => [path.path, path])),
    names: await shell.list(directories),
    below: (paths) => shell.below(paths),
  };
}
