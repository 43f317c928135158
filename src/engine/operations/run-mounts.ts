import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Mount, RunStep } from '../../dockerfile/model.js';
import type { OperationContext } from './context.js';
import { fillMount, type MountContent } from './mount-content.js';

/** Where caches and hidden paths wait in the container: what is there is state of the running system, not of the image. */
const STATE = '/run/docker-livepush';

/** Puts one mount in place, and gives what takes it away again. */
type Undo = () => Promise<void>;

/** Runs a step with its mounts in place: plain files and directories that are there for the time of the step only. */
export async function withMounts(
  context: OperationContext,
  step: RunStep,
  run: (environment: Readonly<Record<string, string>>) => Promise<number>,
): Promise<number> {
  const undo: Undo[] = [];
  const environment: Record<string, string> = {};
  try {
    for (const mount of step.mounts) {
      const content = await fillMount(context, step, mount);
      if (content.kind === 'environment') environment[content.name] = content.value;
      else if (content.kind !== 'nothing') undo.push(...(await place(context, mount, content)));
    }
    return await run(environment);
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** A mount point that the image has is hidden for the time of the step; one that is made for it is removed after it. */
async function place(
  { target }: OperationContext,
  mount: Mount,
  content: Exclude<MountContent, { kind: 'environment' | 'nothing' }>,
): Promise<Undo[]> {
  const container = await target.container();
  const { shell } = target;
  const { path } = content;
  const undo: Undo[] = [];
  const made = await firstMissing(path, async (at) => (await container.stat(at)) !== undefined);
  if (made === undefined) {
    const hidden = `${STATE}/hidden/${keyOf(path)}`;
    await shell.move(path, hidden);
    undo.push(() => shell.move(hidden, path));
  } else undo.push(() => shell.remove([made]));

  const cache = `${STATE}/cache/${keyOf(mount.id ?? path)}`;
  const kept = content.kind === 'cache' && (await container.stat(cache)) !== undefined;
  if (kept) await shell.move(cache, path);
  else await content.write(container);
  undo.push(() => (content.kind === 'cache' ? shell.move(path, cache) : shell.remove([path])));
  return undo;
}

const keyOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The topmost part of a path that is not there; undefined when the path is there. */
async function firstMissing(path: string, exists: (path: string) => Promise<boolean>): Promise<string | undefined> {
  let missing: string | undefined;
  for (let at = path; at !== '/' && !(await exists(at)); at = posix.dirname(at)) missing = at;
  return missing;
}
