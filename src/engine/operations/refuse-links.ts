import type { Container } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { selfAndParents } from '../../plan/context-tree.js';
import { kindOfMode } from '../build-container/found-paths.js';
import type { Target } from '../target.js';

interface Way {
  /** Paths that are removed, with all below them. */
  readonly removed?: readonly string[];
  /** Paths of which each is removed by itself, what a directory holds before it. */
  readonly picked?: readonly string[];
  /** Paths that are written, directories among them before what is in them. */
  readonly written?: readonly string[];
}

/**
 * Looks at the way to paths in a container of the service. What a step or an edit has put into a directory must not go
 * through a link that stands there instead: the service has made it, or a volume has kept it, and it may lead into a mount
 * of the user's. Throws `container-refused`: a build decides.
 */
export async function refuseLinks(target: Target, { removed = [], picked = [], written = [] }: Way): Promise<void> {
  if (!target.final) return;
  const gone = new Set(removed);
  const made = new Set([...removed, ...written]);
  const above = new Set([...waysTo(removed, gone), ...waysTo(picked, new Set()), ...waysTo(written, made)]);
  if (above.size === 0) return;
  const link = await findLink(target, [...above]);
  if (link === undefined) return;
  const message = `${link} is a link in the container where the image has a directory, and leads elsewhere`;
  throw new LivepushError('container-refused', message);
}

/** Directories above these paths, without those that are no link any more by then. */
const waysTo = (paths: readonly string[], replaced: ReadonlySet<string>): string[] =>
  paths.flatMap((path) => selfAndParents(path).filter((at) => at !== path && !replaced.has(at)));

/** Where mounts are, what is written or removed in the container may be the user's. */
export const hasMounts = async (target: Target): Promise<boolean> => target.final && (await target.mounts()).length > 0;

async function findLink(target: Target, directories: readonly string[]): Promise<string | undefined> {
  const container = await target.container();
  const isPlain = (path: string): boolean => !/[\t\n]/.test(path);
  const asked = (await target.info()).running ? directories.filter(isPlain) : [];
  const stats = await target.shell.stat(asked).catch(() => undefined);
  const found = asked.find((path) => kindOfMode(stats?.get(path)?.mode ?? 0) === 'link');
  if (found !== undefined) return found;
  // an image without `stat` tells of none
  const isTold = stats !== undefined && stats.size > 0;
  const told = new Set(isTold ? asked : []);
  const left = directories.filter((path) => !told.has(path));
  return lookOneByOne(container, left);
}

/** Without a shell the engine is asked. */
async function lookOneByOne(container: Container, directories: readonly string[]): Promise<string | undefined> {
  const stats = await Promise.all(directories.map((path) => container.stat(path)));
  return directories.find((_, at) => stats[at]?.kind === 'link');
}
