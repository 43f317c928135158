import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Container } from '../../docker/engine.js';
import type { Mount, RunStep } from '../../dockerfile/model.js';
import type { OperationContext } from './context.js';
import { fillMount, type MountContent, writeSecretFile } from './mount-content.js';
import { takingBack, type Undo } from './take-back.js';

/** Where caches and hidden paths wait in the container: what is there is state of the running system, not of the image. */
const STATE = '/run/docker-livepush';
const HIDDEN = `${STATE}/hidden`;

/** Runs a step with its mounts in place: plain files and directories that are there for the time of the step only. */
export async function withMounts(
  context: OperationContext,
  step: RunStep,
  run: (environment: Readonly<Record<string, string>>) => Promise<number>,
): Promise<number> {
  const undo: Undo[] = [];
  const environment: Record<string, string> = {};
  const work = async (): Promise<number> => {
    for (const mount of step.mounts) {
      const content = await fillMount(context, step, mount);
      if (content.kind === 'environment') environment[content.name] = content.value;
      else if (content.kind !== 'nothing') await place(context, { mount, content, undo });
    }
    return run(environment);
  };
  return takingBack({ undo, unbroken: context.unbroken }, work);
}

interface Placing {
  readonly mount: Mount;
  readonly content: Exclude<MountContent, { kind: 'environment' | 'nothing' }>;
  /** Added to as things are done, so that nothing stays when one of them fails. */
  readonly undo: Undo[];
}

/** A mount point that the image has is hidden for the time of the step; one that is made for it is removed after it. */
async function place({ target }: OperationContext, { mount, content, undo }: Placing): Promise<void> {
  const container = await target.container();
  const { shell } = target;
  const { path } = content;
  const made = (await missingParts(container, path)).at(-1);
  if (made === undefined) {
    const hidden = `${HIDDEN}/${keyOf(path)}`;
    const folders = await missingParts(container, HIDDEN);
    // a cache that was kept there meanwhile stays
    undo.push(() => shell.prune(folders));
    await shell.move(path, hidden);
    undo.push(() => shell.move(hidden, path));
  } else undo.push(() => shell.remove([made]));

  const cache = `${STATE}/cache/${keyOf(mount.id ?? path)}`;
  const kept = content.kind === 'cache' && (await container.stat(cache)) !== undefined;
  if (kept) await shell.move(cache, path);
  else if (content.kind === 'secret') await writeSecretFile(container, content, mount);
  else await content.write(container, path);
  undo.push(() => (content.kind === 'cache' ? shell.move(path, cache) : shell.remove([path])));
}

const keyOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The parts of a path that are not there, the longest first; none when the path is there. */
async function missingParts(container: Container, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = path; at !== '/' && (await container.stat(at)) === undefined; at = posix.dirname(at)) missing.push(at);
  return missing;
}
