import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { giveMembers } from '../../docker/give-members.js';
import { packEntries } from '../../docker/tar.js';
import { LivepushError } from '../../errors.js';
import { mayWrite } from '../../plan/mounted.js';
import type { Operation } from '../../plan/plan.js';
import { type OperationContext, report } from './context.js';
import { missingParents } from './missing-parents.js';
import { noteUnknown } from './note-direct.js';
import { openInContext } from './open-in-context.js';
import { ROOT, resolveOwner } from './owner.js';
import { refuseLinks } from './refuse-links.js';

const ANYTHING = { isDirectory: true };

/**
 * ADD of an archive: the engine unpacks it at the destination, modes as the archive has them, and owners too unless the
 * builder gives them to `--chown`.
 */
export async function runUnpack(
  context: OperationContext,
  { step, source, destination, members }: Extract<Operation, { kind: 'unpack' }>,
): Promise<void> {
  const mounts = context.target.final ? await context.target.mounts() : [];
  if (
    members.some((path) => !mayWrite(mounts, path, { isDirectory: false })) ||
    !mayWrite(mounts, destination, ANYTHING)
  )
    throw new LivepushError(
      'container-refused',
      `An archive would be unpacked over a mount of the container, at ${destination}.`,
    );
  if (mounts.length > 0) await refuseLinks(context.target, { written: members });
  noteUnknown(context, members);
  const container = await context.target.container();
  const file = join(context.contextRoot, source);
  const named = await resolveOwner(container, step.chown);
  const owner = named ?? ROOT;
  const missing = await missingParents(container, [posix.join(destination, 'member')], () => ({ owner, mode: 0o755 }));
  if (missing.length > 0) await container.putArchive('/', packEntries(missing));
  const archive = openInContext(context.contextRoot, source);
  const given = named && step.ownsMembers ? Readable.from(giveMembers(archive, named), { objectMode: false }) : archive;
  await container.putArchive(destination, given, { signal: context.signal });
  const { size } = await stat(file);
  void report(context, { type: 'filesCopied', containerId: container.id, count: 1, bytes: size });
}
