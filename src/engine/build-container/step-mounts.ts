import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Container } from '../../docker/engine.js';
import type { Mount, RunStep } from '../../dockerfile/model.js';
import { cacheId } from '../../plan/cache-fillers.js';
import { mountPath } from '../../plan/mount-path.js';
import type { OperationContext } from '../operations/context.js';
import { fillMount, type MountContent, mountOwner } from '../operations/mount-content.js';
import { takingBack, type Undo } from '../operations/take-back.js';
import type { BuildShell } from './build-shell.js';
import { MEMORY, STORE } from './own-paths.js';

/** What a step is run with. */
export interface MountedStep {
  readonly containerId: string;
  /** Variables that only this step has: secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** A cache is mounted for the first time, and so is empty. */
  readonly isCold: boolean;
}

interface Mounting {
  readonly context: OperationContext;
  readonly container: Container;
  readonly shell: BuildShell;
  readonly step: RunStep;
  /** Added to as things are done, so that nothing stays when one of them fails. */
  readonly undo: Undo[];
}

/**
 * Runs a step with its mounts in place, by the means of the system: nothing of the image is moved, a secret is nowhere but
 * in memory, and with the step all of it is gone, however that ends.
 */
export async function withStepMounts(
  context: OperationContext,
  step: RunStep,
  run: (mounted: MountedStep) => Promise<number>,
): Promise<number> {
  const undo: Undo[] = [];
  const container = await context.target.container();
  const mounting = { context, container, shell: context.target.build, step, undo };
  let environment: Record<string, string> = {};
  let isCold = false;
  return takingBack({ undo, onStuck: () => context.target.spoil() }, async () => {
    for (const [index, mount] of step.mounts.entries()) {
      const placed = await place(mounting, mount, index);
      environment = { ...environment, ...placed.environment };
      isCold ||= placed.isCold;
    }
    return run({ containerId: container.id, environment, isCold });
  });
}

type Placed = Omit<MountedStep, 'containerId'>;

const NOTHING: Placed = { environment: {}, isCold: false };

async function place(mounting: Mounting, mount: Mount, index: number): Promise<Placed> {
  const { context, shell, step, undo } = mounting;
  const path = mountPath(step, mount);
  switch (mount.type) {
    case 'tmpfs':
      await makeTarget(mounting, path, 'directory');
      await shell.mountMemory(path, mount.size === undefined ? 'mode=1777' : `mode=1777,size=${mount.size}`);
      undo.push(() => shell.unmount(path));
      return NOTHING;
    case 'cache':
      return placeCache(mounting, mount, path);
    case 'secret':
      return placeSecret(mounting, { content: await fillMount(context, step, mount), mount, index });
    case 'bind':
    case 'ssh':
      return placeFiles(mounting, { content: await fillMount(context, step, mount), mount, index });
  }
}

/** A directory that stays for the next step with a mount of the same id. */
async function placeCache(mounting: Mounting, mount: Mount, path: string): Promise<Placed> {
  const { container, shell } = mounting;
  const key = createHash('sha256').update(cacheId(mounting.step, mount)).digest('hex').slice(0, 16);
  const cache = `${STORE}/cache/${key}`;
  const isCold = (await container.stat(cache)) === undefined;
  if (isCold) {
    await shell.make(cache, 'directory');
    await shell.own(cache, mountOwner(mount, '755'));
  }
  await show(mounting, { from: cache, to: path, kind: 'directory', readOnly: mount.readOnly });
  return { environment: {}, isCold };
}

interface Filled {
  readonly content: MountContent;
  readonly mount: Mount;
  readonly index: number;
}

async function placeSecret(mounting: Mounting, { content, mount, index }: Filled): Promise<Placed> {
  if (content.kind === 'environment') return { environment: { [content.name]: content.value }, isCold: false };
  if (content.kind !== 'secret') return NOTHING;
  const { shell, undo } = mounting;
  const from = `${MEMORY}/${index}`;
  undo.push(() => shell.remove([from]));
  await shell.writeSecret(from, content.value, mountOwner(mount, '400'));
  await show(mounting, { from, to: content.path, kind: 'file', readOnly: true });
  return NOTHING;
}

async function placeFiles(mounting: Mounting, { content, mount, index }: Filled): Promise<Placed> {
  if (content.kind !== 'files') return NOTHING;
  const { container, shell, undo } = mounting;
  const from = `${STORE}/mounts/${index}/content`;
  await shell.remove([posix.dirname(from)]);
  await shell.make(posix.dirname(from), 'directory');
  undo.push(() => shell.remove([posix.dirname(from)]));
  await content.write(container, from);
  const kind = (await container.stat(from))?.kind === 'file' ? 'file' : 'directory';
  await show(mounting, { from, to: content.path, kind, readOnly: mount.readOnly });
  return NOTHING;
}

interface Shown {
  readonly from: string;
  readonly to: string;
  readonly kind: 'file' | 'directory';
  readonly readOnly: boolean;
}

async function show(mounting: Mounting, { from, to, kind, readOnly }: Shown): Promise<void> {
  const { shell, undo } = mounting;
  await makeTarget(mounting, to, kind);
  await shell.bind(from, to, { readOnly });
  undo.push(() => shell.unmount(to));
}

/** A mount point that is made for a step is removed after it, with the directories that were made on the way. */
async function makeTarget({ container, shell, undo }: Mounting, path: string, kind: Shown['kind']): Promise<void> {
  const missing: string[] = [];
  for (let at = path; at !== '/' && (await container.stat(at)) === undefined; at = posix.dirname(at)) missing.push(at);
  if (missing.length === 0) return;
  undo.push(async () => {
    if (kind === 'file') await shell.remove([path]);
    await shell.prune(missing);
  });
  await shell.make(path, kind);
}
