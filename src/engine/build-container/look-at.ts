import type { ContainerShell } from '../shell/container-shell.js';
import { type FoundPath, kindOfMode } from './found-paths.js';

/** How paths stand in a container; undefined for what is not there. */
export async function lookAt(
  shell: ContainerShell,
  paths: readonly string[],
): Promise<Map<string, FoundPath | undefined>> {
  if (paths.length === 0) return new Map();
  const stats = await shell.stat(paths);
  const links = [...stats].flatMap(([path, { mode }]) => (kindOfMode(mode) === 'link' ? [path] : []));
  const targets = await shell.links(links);
  return new Map(
    paths.map((path) => {
      const stat = stats.get(path);
      if (!stat) return [path, undefined];
      const { mode, uid, gid, size } = stat;
      return [path, { path, kind: kindOfMode(mode), mode: mode & 0o7777, uid, gid, size, target: targets.get(path) }];
    }),
  );
}
