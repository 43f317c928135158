import { posix } from 'node:path';
import type { Container } from '../../docker/engine.js';
import { packEntries } from '../../docker/tar.js';
import type { TarEntry } from '../../docker/tar-entry.js';
import type { CopyStep, Mount, RunStep } from '../../dockerfile/model.js';
import { LivepushError } from '../../errors.js';
import { copyMap } from '../../plan/copy-map.js';
import { contextSources } from '../../plan/find-stale.js';
import { mountPath } from '../../plan/mount-path.js';
import { listStage, stageEntries } from '../stage-entries.js';
import type { OperationContext } from './context.js';
import { entryOf } from './placement-entry.js';

/** What a mount brings to a step. */
export type MountContent =
  | { readonly kind: 'nothing' }
  /** A secret that is asked for as a variable. */
  | { readonly kind: 'environment'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'secret';
      /** Absolute path of the mount point. */
      readonly path: string;
      readonly value: Buffer;
    }
  | {
      /** `cache`: what the step leaves there is kept for the next time. */
      readonly kind: 'cache' | 'files';
      /** Absolute path of the mount point. */
      readonly path: string;
      /** Puts the first content at a path: the mount point, or where that is taken from. */
      readonly write: (container: Container, at: string) => Promise<void>;
    };

/** Who may do what with a mount, as `chown` and `chmod` take it. */
export const mountOwner = ({ uid, gid, mode }: Mount, defaultMode: string) => ({
  owner: `${Number(uid ?? 0)}:${Number(gid ?? 0)}`,
  mode: mode ?? defaultMode,
});

/** Looks what a mount of a step brings. Throws `context-file` for a secret that is required and not given. */
export async function fillMount(context: OperationContext, step: RunStep, mount: Mount): Promise<MountContent> {
  const path = mountPath(step, mount);
  switch (mount.type) {
    case 'cache':
      return { kind: 'cache', path, write: (container, at) => put(container, [directory(at, mount, 0o755)]) };
    case 'tmpfs':
      return { kind: 'files', path, write: (container, at) => put(container, [directory(at, mount, 0o1777)]) };
    case 'bind':
      return {
        kind: 'files',
        path,
        write: (container, at) => writeBind(context, step, { mount, path: at, into: container }),
      };
    case 'secret':
      return secretContent(context, step, mount);
    case 'ssh':
      throw new LivepushError('internal', 'RUN --mount=type=ssh is left to the build.');
  }
}

const put = (container: Container, entries: Iterable<TarEntry>): Promise<void> =>
  container.putArchive('/', packEntries(entries));

const directory = (path: string, mount: Mount, mode: number): TarEntry => ({
  kind: 'directory',
  path: path.slice(1),
  mode: mount.mode === undefined ? mode : Number.parseInt(mount.mode, 8),
  uid: Number(mount.uid ?? 0),
  gid: Number(mount.gid ?? 0),
});

async function secretContent(context: OperationContext, step: RunStep, mount: Mount): Promise<MountContent> {
  const id = mount.id ?? posix.basename(mount.target ?? '');
  const secret = await context.secret(id);
  if (secret === undefined) {
    if (!mount.required) return { kind: 'nothing' };
    throw new LivepushError('context-file', `The secret ${id} that ${step.text.split(' ')[0]} mounts is not given.`, {
      hint: 'Name it under build.secrets of the service.',
    });
  }
  if (mount.env !== undefined && mount.target === undefined) {
    return { kind: 'environment', name: mount.env, value: secret.toString('utf8') };
  }
  return { kind: 'secret', path: mountPath(step, { ...mount, id }), value: secret };
}

/** Puts a secret into a file of a container. */
export function writeSecretFile(container: Container, { path, value }: { path: string; value: Buffer }, mount: Mount) {
  const mode = mount.mode === undefined ? 0o400 : Number.parseInt(mount.mode, 8);
  const owner = { uid: Number(mount.uid ?? 0), gid: Number(mount.gid ?? 0) };
  return put(container, [{ kind: 'file', path: path.slice(1), mode, ...owner, content: value }]);
}

/** A bind mount is a copy with the source's own owners: as COPY does it, root's for files of the context. */
async function writeBind(
  context: OperationContext,
  step: RunStep,
  { mount, path, into }: { mount: Mount; path: string; into: Container },
): Promise<void> {
  const source = mount.source ?? '/';
  const copy: CopyStep = { ...step, ...COPY, from: mount.from, sources: [source], destination: path };
  const destination = { path, directory: false };
  if (mount.from.kind === 'stage') {
    const { stage: fromStage } = mount.from;
    const container = await context.stageTarget(fromStage).container();
    const stage = { container, step: copy, destination, fromStage };
    const listing = await listStage({ ...stage, owner: undefined });
    const all = new Set(listing.manifest.keys());
    return into.putArchive('/', packEntries(stageEntries({ ...stage, owner: undefined }, listing, all)));
  }
  const map = copyMap(context.tree, copy, contextSources(context.tree, copy), destination);
  return put(
    into,
    Array.from(map.within('/'), (placement) => entryOf({ contextRoot: context.contextRoot }, placement)),
  );
}

const COPY = {
  kind: 'copy',
  add: false,
  inline: [],
  intoDirectory: false,
  chown: undefined,
  chmod: undefined,
  parentMode: 0o755,
  ownsMembers: false,
  link: false,
  parents: false,
  exclude: [],
} as const;
