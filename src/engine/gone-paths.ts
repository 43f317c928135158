import { posix } from 'node:path';
import type { CopyStep } from '../dockerfile/model.js';
import { isWithin } from '../plan/context-tree.js';
import type { CopyMap } from '../plan/copy-map.js';
import { type Expectation, sourceOf } from '../plan/expected-paths.js';
import { lowerPoint } from '../plan/segments.js';
import type { TreeChange } from '../watch/scan-context.js';
import { kindOfMode } from './build-container/found-paths.js';
import { entryAt, isUnchangedBefore, type Look } from './drift-look.js';
import type { ContainerShell } from './shell/container-shell.js';

/** What the container has in directories that steps copy, and the context has not. */
export async function gonePaths(
  look: Look & { shell: ContainerShell },
  { paths, maps }: Expectation,
): Promise<TreeChange[]> {
  const { shell } = look;
  const expected = new Set(paths.map(({ destination }) => destination));
  const directories = new Set(
    paths.flatMap(({ entry, destination }) => (entry.kind === 'directory' ? destination : [])),
  );
  for (const { destination } of maps) directories.add(destination.path);
  const above = new Set(directories);
  for (const directory of directories)
    for (let at = posix.dirname(directory); !above.has(at); at = posix.dirname(at)) above.add(at);
  // what a link leads to is nothing that was copied there
  const links = await linksAmong(shell, [...above]);
  const isLed = (path: string): boolean => links.some((link) => isWithin(link, path));
  const names = await shell.list([...directories].filter((path) => !isLed(path)));
  const gone: TreeChange[] = [];
  for (const [directory, members] of names) {
    for (const name of members) {
      const path = directory === '/' ? `/${name}` : `${directory}/${name}`;
      if (expected.has(path) || above.has(path)) continue;
      const found = await copiedBefore(look, maps, path);
      if (found) gone.push({ ...found, after: undefined });
    }
  }
  return gone;
}

async function linksAmong(shell: ContainerShell, paths: readonly string[]): Promise<string[]> {
  const stats = await shell.stat(paths);
  return paths.filter((path) => kindOfMode(stats.get(path)?.mode ?? 0) === 'link');
}

/** What a step of the image has copied to a path; undefined for what the layers below hold, or another step or the service makes. */
async function copiedBefore(
  look: Look,
  maps: readonly CopyMap[],
  path: string,
): Promise<Omit<TreeChange, 'after'> | undefined> {
  const { tree, ignores, stage } = look.options;
  for (const map of maps) {
    const source = sourceOf(tree, map, path);
    if (source === undefined || ignores(source)) continue;
    const before = entryAt(await look.image.stat(path));
    const { step } = map;
    if (!before || (await look.lower.stat(stage.index, lowerPoint(stage.steps, step.index), path)) !== undefined)
      return;
    return (await isMadeOtherwise(look, step, path)) ? undefined : { path: source, before };
  }
  return undefined;
}

/** True when another step has made a path, as far as can be told; a RUN that is replayed makes what it made again. */
async function isMadeOtherwise(look: Look, { index }: CopyStep, path: string): Promise<boolean> {
  const { stage } = look.options;
  const isCopied = ({ destination }: CopyStep) => isWithin(destination, path) || isWithin(path, destination);
  for (const step of stage.steps) {
    if (step.kind === 'copy' && step.from.kind !== 'context' && isCopied(step)) return true;
    if (step.index <= index || step.kind !== 'run') continue;
    if (await isUnchangedBefore(look, step)) return true;
    // built from the context as it is: what is there was made, not copied
    const after = await look.lower.stat(stage.index, step.index + 1, path);
    if (after !== undefined && after !== 'unknown') return true;
  }
  return false;
}
